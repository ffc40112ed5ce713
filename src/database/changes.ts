import { Logger } from '@nestjs/common';
import { attempt } from './feed/attempt.js';
import {
  ANY_TOPIC,
  changesOf,
  NO_CHANGE,
  UNKNOWN_CHANGE,
  type Change,
  type FeedChange,
  type FinishedUnit,
} from './feed/feed-change.js';
import type { Feed, FeedState } from './feed/feed.js';
import { SharedRead } from './feed/shared-read.js';
import { Versions, type Known } from './feed/versions.js';

/** Detects writes of other programs to the same database. */
export interface ForeignWrites {
  /**
   * A number that changes when another program commits.
   * @throws ProblemError `database_unavailable` or `database_busy` where the database cannot be read.
   */
  version(): number;
  /** Whether the file has triggers of the operator, by which a write to one topic may change another. */
  readonly hasTriggers: boolean;
  /** Called when a write of another program is detected. */
  onForeignWrite?: (() => void) | undefined;
}

type Listener = (changes: readonly Change[]) => void;

const log = new Logger('Changes');

/**
 * The change feed in memory. Each topic has a version, so that a cached answer can be validated without reading it again
 * (ETag); subscribers are called with every change.
 */
export class Changes {
  private readonly versions: Versions;
  private readonly listeners = new Set<{ readonly call: Listener }>();
  private readonly stateRead: SharedRead | undefined;
  /** Positions after the observed one that this process has published. */
  private readonly published = new Set<number>();
  private observed: number;
  /** Whether anything may have been written that the feed does not have: the next group records it. */
  private isUnknownDue = false;
  private isUnknownTaken = false;
  private isVersionDue = true;
  /** What was known before a transaction took its position. */
  private before = 0;
  private renewing: Promise<void> | undefined;
  /** Called where the server has lost what was committed; it gives the feed another identity. */
  onLoss: (() => Promise<void>) | undefined;
  /** Called where something unknown is due, so that a group comes soon. */
  onUnknown: (() => void) | undefined;

  constructor(
    private readonly schema: ForeignWrites = { version: () => 0, hasTriggers: false },
    feed?: Feed,
  ) {
    this.versions = new Versions(feed?.initial);
    this.observed = this.versions.position;
    if (feed?.isShared) {
      this.stateRead = new SharedRead(async () => {
        const { known } = this;
        this.observe(await feed.read(), [], known);
      });
    }
    schema.onForeignWrite = () => {
      this.noteUnknown();
    };
  }

  /** What a state that is read from now on contains. */
  get known(): Known {
    return this.versions.known;
  }

  /** Up to here the changes of other instances are published: `observe` takes those that follow. */
  get observedPosition(): number {
    return this.observed;
  }

  /**
   * Makes the versions current; call and await it before `versionOf`.
   * @returns undefined where they are, because this process has the database alone.
   */
  refresh(): Promise<void> | undefined {
    return this.stateRead?.request();
  }

  /**
   * A validator that changes with every write to the topic and with every write of another program.
   * @throws ProblemError `database_unavailable` or `database_busy` where the file cannot be read.
   */
  versionOf(topic: string): string {
    // Where another program has written, this gives all topics another version.
    this.schema.version();
    return this.versions.of(topic);
  }

  /**
   * Calls the listener after each transaction that changed something, of this process or another, and soon after a write
   * of another program. The callers of a write are answered after the listeners return, so a listener must be quick; its
   * errors are logged.
   * @returns the function that ends the subscription.
   */
  subscribe(call: Listener): () => void {
    const listener = { call };
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Another program may have written anything: all versions change at once, and the next group records it. */
  noteUnknown(): void {
    this.versions.invalidate(ANY_TOPIC);
    this.isUnknownDue = true;
    this.onUnknown?.();
  }

  /** What a transaction records of its units, and of what is due. */
  toRecord(units: readonly FinishedUnit[]): FeedChange[] {
    this.before = this.versions.known.position;
    const own = changesOf(units);
    this.isUnknownTaken ||= this.isUnknownDue;
    this.isUnknownDue = false;
    // A trigger may have written to any topic.
    const isOwnAny =
      own.some(({ topic }) => topic === ANY_TOPIC) || (own.length > 0 && this.schema.hasTriggers);
    this.isVersionDue = isOwnAny || !this.isUnknownTaken;
    return isOwnAny || this.isUnknownTaken
      ? [UNKNOWN_CHANGE, ...own.filter(({ topic }) => topic !== ANY_TOPIC)]
      : own;
  }

  /** Publishes what a transaction has committed; called before the writers are answered. Never throws. */
  committed(position: number, recorded: readonly FeedChange[]): void {
    this.isUnknownTaken = false;
    this.versions.reach(position);
    // The versions have changed when the write of another program was detected; once is enough.
    for (const { topic } of recorded)
      if (topic !== ANY_TOPIC || this.isVersionDue) this.versions.raise(topic, position);
    if (this.stateRead) {
      if (position <= this.before) this.noteLoss();
      // A shared feed may have been read after the commit, and before this process heard that it was done.
      if (position <= this.observed) return;
      this.published.add(position);
    }
    this.publish(recorded.map((change) => ({ ...change, position })));
  }

  /** Publishes that a commit failed: it is not known whether the units are durable. Never throws. */
  failed(units: readonly FinishedUnit[]): void {
    this.isUnknownDue ||= this.isUnknownTaken;
    this.isUnknownTaken = false;
    const subjects = units.map(({ subject }) => subject).filter((subject) => subject !== NO_CHANGE);
    const topics = new Set(subjects.map(({ topic }) => (this.schema.hasTriggers ? ANY_TOPIC : topic)));
    for (const topic of topics) this.versions.invalidate(topic);
    const { position } = this.versions;
    this.publish([...topics].map((topic) => ({ ...UNKNOWN_CHANGE, topic, position })));
  }

  /** Publishes that what is due could not be recorded. Never throws. */
  failedToRecord(): void {
    this.publish([{ ...UNKNOWN_CHANGE, position: this.versions.position }]);
  }

  /**
   * Takes what the engine has read from the feed: publishes the changes of other instances once each, in order of position.
   * @param changes those after `observedPosition`; none where only the state was read.
   * @param known what was known before the state was read.
   */
  observe(state: FeedState, changes: readonly Change[] = [], known?: Known): void {
    if (state.identity === known?.identity && state.position < known.position) {
      this.noteLoss();
      return;
    }
    if (!this.versions.adopt(state)) {
      this.advanceTo(state.position);
      this.publish([{ ...UNKNOWN_CHANGE, position: state.position }]);
      return;
    }
    const later = changes.filter(({ position }) => position > this.observed);
    // They may have come after the state was read.
    for (const { topic, position } of later) this.versions.raise(topic, position);
    const [first, last] = [later[0], later.at(-1)];
    if (!first || !last) return;
    const foreign = later.filter(({ position }) => !this.published.has(position));
    // What is no longer kept may have changed anything.
    const isCut = first.position > this.observed + 1;
    const missed = isCut ? [{ ...UNKNOWN_CHANGE, position: first.position - 1 }] : [];
    this.advanceTo(last.position);
    this.publish([...missed, ...foreign]);
  }

  /** A replica that took over lacks commits, whose positions are given again: what was told before holds no longer. */
  private noteLoss(): void {
    this.versions.invalidate(ANY_TOPIC);
    if (this.renewing || !this.onLoss) return;
    this.publish([{ ...UNKNOWN_CHANGE, position: this.versions.position }]);
    log.warn('The database server has lost commits; the change feed begins anew.');
    const settled = (): void => (this.renewing = undefined);
    this.renewing = this.onLoss().then(settled, settled);
  }

  private advanceTo(position: number): void {
    this.observed = position;
    for (const one of this.published) if (one <= position) this.published.delete(one);
  }

  private publish(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    for (const { call } of this.listeners) {
      attempt(log, () => {
        call(changes);
      });
    }
  }
}
