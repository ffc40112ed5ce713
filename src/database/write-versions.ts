import { randomUUID } from 'node:crypto';

interface Schema {
  version(): number;
  readonly hasTriggers: boolean;
}

/** Counts what was written about each topic, so that an answer can be known to be current without reading it again. */
export class WriteVersions {
  /** Counters begin again with each process, so its versions are told apart from those of the one before. */
  private readonly process = randomUUID();
  private readonly byTopic = new Map<string, number>();
  private onEverything = 0;

  /**
   * @param schema has a version that changes when another program writes to the same database; and triggers of the
   *   owner, or not: by them a write about one topic may change another.
   */
  constructor(private readonly schema: Schema = { version: () => 0, hasTriggers: false }) {}

  /** Counts a write about a topic; about every topic where none is named. */
  count(topic?: string): void {
    if (topic === undefined || this.schema.hasTriggers) this.onEverything++;
    else this.byTopic.set(topic, (this.byTopic.get(topic) ?? 0) + 1);
  }

  versionOf(topic: string): string {
    const own = this.byTopic.get(topic) ?? 0;
    return `${this.process} ${topic} ${own} ${this.onEverything} ${this.schema.version()}`;
  }
}
