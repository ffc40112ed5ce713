import { Injectable } from '@nestjs/common';
import { Changes } from '../database/index.js';
import type { ResyncReason } from './change.js';
import type { Entry } from './feed/entries.js';
import { FeedLog, type Stretch } from './feed/feed-log.js';
import { WakeUps } from './feed/wake-ups.js';
import { endOf, idOf, placeOf, type Place } from './place.js';
import { ChangedRows } from './rows/changed-rows.js';
import { Message } from './rows/message.js';
import type { Selection } from './selection.js';

/** What was read from a place on. */
export interface Batch {
  readonly messages: readonly Message[];
  /** Where it goes on. */
  readonly next: Place;
  /** Whether there was nothing more. */
  readonly isAtHead: boolean;
}

/** A batch ends about here, so that what is read is sent before more is read. */
const MAX_MESSAGES = 500;
const MAX_CHARACTERS = 131_072;
/** Nor are more rows looked at for it, where few fit. */
const MAX_EXAMINED = 2000;

/** Reads what follows a place of the change feed: the one way, for replays and for what happens now. */
@Injectable()
export class ChangeReader {
  private readonly reading = new Map<string, Promise<Batch>>();

  constructor(
    private readonly log: FeedLog,
    private readonly rows: ChangedRows,
    private readonly changes: Changes,
    private readonly wakeUps: WakeUps,
  ) {}

  /** The place after all that has been committed. @throws ProblemError where it cannot be known. */
  async end(): Promise<Place> {
    await this.changes.refresh();
    return this.knownEnd();
  }

  /** The place after all that this process knows of, at once. */
  knownEnd(): Place {
    return endOf(this.changes.known);
  }

  /**
   * A batch of what is wanted after a place: one for all who want the same at the same time.
   * @throws the problems of `Database.read`.
   */
  after(place: Place, wanted: Selection): Promise<Batch> {
    // Whoever comes after another change reads anew.
    const name = `${idOf(place)} ${this.wakeUps.version} ${wanted.key}`;
    const known = this.reading.get(name);
    if (known) return known;
    const reading = this.read(place, wanted).finally(() => this.reading.delete(name));
    this.reading.set(name, reading);
    return reading;
  }

  private async read(place: Place, wanted: Selection): Promise<Batch> {
    const stretch = await this.log.from(Math.max(1, place.position), place.n > 0);
    const reason = reasonToResync(place, stretch);
    if (reason) return resync(reason, endOf({ ...stretch, position: stretch.head }));
    const draft = new Draft(wanted);
    for (const entry of stretch.entries) {
      const done = await this.take(entry, place, draft);
      if (done) return { messages: draft.messages, next: done, isAtHead: false };
    }
    const next = { identity: place.identity, position: stretch.next, n: 0 };
    return { messages: draft.messages, next, isAtHead: stretch.next > stretch.head };
  }

  /** The same from an id that a client has kept. */
  async afterId(id: string, wanted: Selection): Promise<Batch> {
    const place = placeOf(id);
    return place ? this.after(place, wanted) : resync('not_a_position', await this.end());
  }

  /** @returns where the draft ends, where it is full before the end of the entry. */
  private async take(entry: Entry, place: Place, draft: Draft): Promise<Place | undefined> {
    const { position, first, count, type, topic } = entry;
    const { identity } = place;
    let taken = position === place.position ? Math.min(count, Math.max(0, place.n - first + 1)) : 0;
    if (!draft.wanted.wants(type, topic)) return undefined;
    while (taken < count) {
      const found = this.rows.from(identity, entry, taken);
      const messages = found instanceof Promise ? await found : found;
      taken += draft.add(messages);
      if (draft.isFull) return { identity, position, n: first + taken - 1 };
    }
    return undefined;
  }
}

/** What fits of what is read. */
class Draft {
  readonly messages: Message[] = [];
  private characters = 0;
  private examined = 0;

  constructor(readonly wanted: Selection) {}

  get isFull(): boolean {
    return (
      this.messages.length >= MAX_MESSAGES ||
      this.characters >= MAX_CHARACTERS ||
      this.examined >= MAX_EXAMINED
    );
  }

  /** @returns how many were looked at until it was full. */
  add(messages: readonly Message[]): number {
    for (const index of this.wanted.candidates(messages)) {
      const message = messages[index];
      if (message && this.wanted.fits(message)) this.keep(message);
      if (this.isFull) return index + 1;
    }
    this.examined += messages.length;
    return messages.length;
  }

  private keep(message: Message): void {
    // Nobody reads anew twice.
    if (message.type === 'resync' && this.messages.at(-1)?.type === 'resync') this.messages.pop();
    this.messages.push(message);
    this.characters += message.size;
  }
}

function reasonToResync(
  { identity, position, n }: Place,
  { identity: current, head, isCut }: Stretch,
): ResyncReason | undefined {
  if (identity !== current) return 'other_identity';
  if (position > head + 1 || (position === head + 1 && n > 0)) return 'in_future';
  return isCut ? 'too_old' : undefined;
}

function resync(reason: ResyncReason, next: Place): Batch {
  const message = new Message(idOf(next), 'resync', undefined, { data: { reason } });
  return { messages: [message], next, isAtHead: false };
}
