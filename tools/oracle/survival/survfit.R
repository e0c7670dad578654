# What R's survival::survfit says of the data sets in data/, written to survfit.csv and aalen_johansen.csv.
# Run: Rscript survfit.R (in this folder). Versions of R and of the package stand in session.txt.
library(survival)

# aml, ovarian, veteran: distributed with the package survival (LGPL >= 2); only time, event and group are kept here.
keep <- function(name, time, event, group) {
  write.csv(data.frame(time, event, group), file.path("data", paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
}
keep("aml", aml$time, aml$status, as.integer(aml$x))
keep("ovarian", ovarian$futime, ovarian$fustat, ovarian$rx)
keep("veteran", veteran$time, veteran$status, veteran$trt)

# made: days until a union stands, whole months for most, with heavy ties, three areas, many open cases
set.seed(20261122)
n <- 420
group <- rep(1:3, length.out = n)
lag <- ceiling(rweibull(n, 1.3, c(150, 240, 420)[group]))
lag <- ifelse(runif(n) < 0.6, 30 * ceiling(lag / 30), lag)
open <- ceiling(runif(n, 20, 540))
keep("lags", pmin(lag, open), as.integer(lag <= open), group)

# made: the longest times are all open cases; in one group the median is not reached, in one nothing happens at all
time <- c(3, 5, 5, 8, 12, 20, 20, 20, 31, 31, 2, 4, 6, 9, 9, 11, 15, 15, 40, 41, 1, 7, 7, 9)
event <- c(1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)
keep("open_tail", time, event, rep(1:3, c(10, 10, 4)))

# made: curves that run level at one half, or end there, fractions of days, events on day 0, nobody left over
time <- c(1, 2, 3, 4, 0, 0, 3, 4, 2.5, 2.5, 3.25, 7, 9.75, 10, 1, 2, 3, 5)
event <- c(1, 1, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 1, 1, 0, 0)
keep("level_half", time, event, rep(1:4, c(4, 4, 6, 4)))

full <- function(x) ifelse(is.na(x), "NA", sprintf("%.15g", x))
rows <- list()
add <- function(...) rows[[length(rows) + 1]] <<- paste(..., sep = ",")
probs <- c(0.1, 0.25, 0.5, 0.75, 0.9)
for (name in c("aml", "ovarian", "veteran", "lags", "open_tail", "level_half")) {
  d <- read.csv(file.path("data", paste0(name, ".csv")))
  for (group in c(0, sort(unique(d$group)))) {
    part <- if (group == 0) d else d[d$group == group, ]
    for (type in c("log", "log-log", "plain", "logit", "arcsin")) for (level in c(0.95, 0.9)) {
      fit <- survfit(Surv(time, event) ~ 1, data = part, conf.type = type, conf.int = level)
      here <- paste(name, group, type, level, sep = ",")
      tab <- summary(fit)$table
      add(here, "median", 0.5, full(tab["median"]), full(tab[8]), full(tab[9]), "", "", "")
      q <- quantile(fit, probs)
      for (i in seq_along(probs))
        add(here, "quantile", probs[i], full(q$quantile[i]), full(q$lower[i]), full(q$upper[i]), "", "", "")
      if (level == 0.95) for (i in seq_along(fit$time))
        add(here, "curve", full(fit$time[i]), full(fit$surv[i]), full(fit$lower[i]), full(fit$upper[i]),
            full(fit$std.err[i]), fit$n.risk[i], fit$n.event[i])
    }
  }
}
writeLines(c("data,group,type,level,kind,at,value,lower,upper,se,n_risk,n_event", unlist(rows)), "survfit.csv")

# made: two ways out, founded a union (1) or closed down (2), with ties and open cases
n <- 160
founded <- ceiling(rexp(n, 1 / 300) / 15) * 15
closed <- ceiling(rexp(n, 1 / 700) / 10) * 10
open <- ceiling(runif(n, 30, 600))
time <- pmin(founded, closed, open)
event <- ifelse(time == founded, 1, ifelse(time == closed, 2, 0))
keep("ways_out", time, event, 1)

# transplant, mgus2: distributed with the package survival (LGPL >= 2); only time, end and group are kept here.
# transplant: on the waiting list until a liver came (2), death (1) or leaving the list (3), by sex; times tie with ends.
there <- !is.na(transplant$futime)
keep("transplant", transplant$futime[there], as.integer(transplant$event[there]) - 1L, as.integer(transplant$sex[there]))
# mgus2: months until a malignancy (1) or death without one (2), by sex; the time of whichever came first.
ill <- mgus2$pstat == 1
keep("mgus2", ifelse(ill, mgus2$ptime, mgus2$futime), ifelse(ill, 1, ifelse(mgus2$death == 1, 2, 0)), as.integer(mgus2$sex))

# made: whole days of small numbers, so that closed (1), withdrawn (2) and open cases fall on the same days, three bodies
set.seed(20261123)
n <- 330
keep("same_days", rgeom(n, 0.22), sample(0:2, n, TRUE, c(0.25, 0.55, 0.2)), rep(1:3, length.out = n))

# made: hours to first contact in minutes, contacted (1) or ended without (2); some within the hour, some on hour 0
n <- 240
keep("hours", round(rexp(n, 1 / 20) * 60) / 60 * (runif(n) > 0.05), sample(0:2, n, TRUE, c(0.2, 0.7, 0.1)),
     rep(1:2, length.out = n))

# made: in one group nobody goes the second way, in one nobody the first, in one nobody at all, in one nobody is left
time <- c(1, 2, 2, 4, 6, 6, 9, 3, 3, 5, 8, 8, 2, 7, 7, 0, 0, 4, 4, 4, 5)
event <- c(1, 0, 1, 1, 0, 1, 0, 2, 0, 2, 2, 0, 0, 0, 0, 1, 2, 1, 2, 2, 1)
keep("one_way", time, event, rep(1:4, c(7, 5, 3, 6)))

# made: four ways out, rare ones among many, the last times all open
n <- 400
time <- ceiling(rweibull(n, 0.8, 40))
keep("four_ways", pmin(time, 90), ifelse(time > 90, 0, sample(0:4, n, TRUE, c(0.15, 0.6, 0.17, 0.06, 0.02))), 1)

short <- function(x) ifelse(is.na(x), "NA", sprintf("%.12g", x))
rows <- list()
for (name in c("ways_out", "transplant", "mgus2", "same_days", "hours", "one_way", "four_ways")) {
  d <- read.csv(file.path("data", paste0(name, ".csv")))
  ways <- max(d$event)
  for (group in c(0, if (length(unique(d$group)) > 1) sort(unique(d$group)))) {
    part <- if (group == 0) d else d[d$group == group, ]
    for (level in c(0.95, 0.9)) {
      fit <- survfit(Surv(time, factor(event, 0:ways)) ~ 1, data = part, conf.type = "log", conf.int = level)
      times <- length(fit$time)
      few <- unique(round(seq(1, times, length.out = min(times, 36))))  # long curves are read off at 36 of their times
      for (i in few) for (state in 1:ways)
        add(name, group, level, state, times, short(fit$time[i]), short(fit$pstate[i, state + 1]),
            short(fit$lower[i, state + 1]), short(fit$upper[i, state + 1]), short(fit$std.err[i, state + 1]),
            short(fit$pstate[i, 1]))
    }
  }
}
writeLines(c("data,group,level,state,times,at,value,lower,upper,se,waiting", unlist(rows)), "aalen_johansen.csv")
writeLines(c(R.version.string, paste("survival", packageVersion("survival"))), "session.txt")
