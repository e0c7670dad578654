// Runs the outbox of the product for many phones: one command a line in, one answer a line out.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

createRequire(import.meta.url)(process.argv[2]);
const outbox = globalThis.lxOutbox;
let boxes = {};
let stored = {};
// as the page does it: read the box from the phone's store, work on it, write it back
const load = (phone) => (stored[phone] ? JSON.parse(stored[phone]) : outbox.create(phone.split(" ")[0]));
const act = (phone, work) => {
  const box = load(phone);
  const answer = work(box);
  stored[phone] = JSON.stringify(box);
  return answer;
};
const commands = {
  reset: () => { boxes = {}; stored = {}; return null; },
  say: ({ phone, item, pages }) => act(phone, (box) => {
    for (const [field, page] of Object.entries(pages)) item.counts[field].base = outbox.base(box, item.subject, field, page);
    outbox.add(box, item);
    return item.counts;
  }),
  choose: ({ phone, key, pick, chosen }) => act(phone, (box) => {
    const open = outbox.open(box);
    if (!open.length) return null;
    const one = open[pick % open.length];
    outbox.add(box, { key, kind: "choice", record: one.record, field: one.field, chosen, seen: one.found, written_at: "2026-03-04T09:00" });
    return one;
  }),
  batch: ({ phone }) => outbox.batch(load(phone)),
  receive: ({ phone, answer }) => act(phone, (box) => { outbox.receive(box, answer); return outbox.open(box); }),
  state: ({ phone }) => { const box = load(phone); return { waiting: outbox.waiting(box).length, items: box.items, open: outbox.open(box), known: box.known, round: box.round }; },
};
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(commands[command.op](command) ?? null)}\n`);
}
