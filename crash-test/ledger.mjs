/** What was sent in a round, and what of it was acknowledged. */
export class Ledger {
  constructor() {
    this.entries = [];
  }

  /** Notes a write before it is sent. */
  send(write) {
    const entry = { ...write, acknowledged: false, ids: undefined };
    this.entries.push(entry);
    return entry;
  }

  /** Notes its acknowledgement; `answer` is undefined where only its status arrived. */
  acknowledge(entry, answer) {
    entry.acknowledged = true;
    entry.ids = answer && entry.idsOf(answer);
  }

  get acknowledgedRows() {
    return this.entries.reduce((sum, { acknowledged, rows }) => sum + (acknowledged ? rows.length : 0), 0);
  }

  get unanswered() {
    return this.entries.filter(({ acknowledged }) => !acknowledged).length;
  }
}

/** The values that each preference may have: the last acknowledged one, or one that was sent after it. */
export class PreferenceLedger {
  constructor() {
    this.possible = new Map();
  }

  send({ key, value }) {
    const { values = [], isSet = false } = this.possible.get(key) ?? {};
    this.possible.set(key, { values: [...values, value], isSet });
  }

  /** A key is set by one client alone, one value after the other: nothing before this value is possible any more. */
  acknowledge({ key, value }) {
    this.possible.set(key, { values: [value], isSet: true });
  }

  /** After a check: the value that was found is the one that counts from now on. */
  settle(found) {
    this.possible = new Map([...found].map(([key, value]) => [key, { values: [value], isSet: true }]));
  }
}
