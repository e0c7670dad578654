// The outbox of a phone: what was recorded and has no receipt yet. Pure: no page, no network, no clock.
//
// A box is plain data. Every post holds all that waits, oldest first, so that a later record never comes in before an
// earlier one. A record leaves the queue only with a receipt; an answer older than one already read brings nothing
// back. The rules of the register's side are lianxin_methods/visits/converge.py.
(() => {
  const FINAL = ["sent", "refused", "overtaken", "again"];
  const MOST = 50;

  const create = (account) => ({ account, round: 0, items: [], known: {}, differences: [] });

  const find = (box, key) => box.items.find((item) => item.key === key);

  const waiting = (box) => box.items.filter((item) => item.state === "waiting");

  // What the writer has before their eyes: their own last word that waits, else the newer of page and last answer.
  const base = (box, subject, field, page) => {
    const own = waiting(box).filter((item) => item.subject === subject && item.counts && field in item.counts).pop();
    if (own) return own.counts[field].said;
    const known = box.known[subject];
    return known && known.round > page.round && field in known.facts ? known.facts[field] : page.value;
  };

  // Put a record into the queue. The same key twice is one record.
  const add = (box, item) => {
    if (!find(box, item.key)) box.items.push({ ...item, state: "waiting" });
    return box;
  };

  // One post: all that waits, oldest first.
  const batch = (box) => ({
    account: box.account,
    items: waiting(box).slice(0, MOST).map(({ state, text, ...said }) => said),
  });

  // Read an answer: {round, receipts: {key: {state, text}}, differences: [...], facts: {subject: {field: number}}}.
  const receive = (box, answer) => {
    for (const [key, receipt] of Object.entries(answer.receipts)) {
      const item = find(box, key);
      if (!item || FINAL.includes(item.state) || receipt.state === "later") continue;
      item.state = receipt.state === "kept" ? "sent" : receipt.state;
      if (receipt.text) item.text = receipt.text;
      if (item.state !== "refused") strip(item);
    }
    if (answer.round > box.round) {
      box.round = answer.round;
      box.differences = answer.differences;
      for (const [subject, facts] of Object.entries(answer.facts)) box.known[subject] = { round: answer.round, facts };
    }
    return box;
  };

  // What the office holds need not lie on a phone: notes and counts go, the line in the list stays.
  const strip = (item) => {
    for (const field of ["note", "counts", "step", "step_on"]) delete item[field];
  };

  // Differences to decide: those without an answer on its way.
  const open = (box) => {
    const answered = waiting(box).filter((item) => item.kind === "choice").map((item) => `${item.record} ${item.field}`);
    return box.differences.filter((each) => !answered.includes(`${each.record} ${each.field}`));
  };

  // Lines of earlier days that need nothing any more.
  const tidy = (box, day) => {
    box.items = box.items.filter((item) => item.state === "waiting" || item.state === "refused" || item.written_at.slice(0, 10) >= day);
    return box;
  };

  // Give up one record that the office refused.
  const drop = (box, key) => {
    box.items = box.items.filter((item) => item.key !== key || item.state === "waiting");
    return box;
  };

  globalThis.lxOutbox = { create, find, waiting, base, add, batch, receive, open, tidy, drop };
})();
