/** What was sent in a round, and what of it was acknowledged. */
export class Ledger {
  constructor() {
    this.entries = [];
    this.acknowledgedAt = [];
  }

  /** Records a write before it is sent. */
  send(write) {
    const entry = { ...write, acknowledged: false, ids: undefined };
    this.entries.push(entry);
    return entry;
  }

  /** Records its acknowledgement; `answer` is undefined where only the status arrived. */
  acknowledge(entry, answer) {
    entry.acknowledged = true;
    this.acknowledgedAt.push(Date.now());
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

  /** Each key is set by one client only, sequentially: earlier values are no longer possible. */
  acknowledge({ key, value }) {
    this.possible.set(key, { values: [value], isSet: true });
  }

  /** After a check, the values that were found become the acknowledged ones. */
  confirm(found) {
    this.possible = new Map([...found].map(([key, value]) => [key, { values: [value], isSet: true }]));
  }
}
