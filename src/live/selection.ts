import type { Conditions } from '../database/index.js';
import { eventConditionsOf, type EventFilters } from '../events/index.js';
import { TOPICS, type ChangeType, type Topic } from './change.js';
import { FacetIndex } from './rows/facet-index.js';
import type { Facets } from './rows/facets.js';
import type { Message } from './rows/message.js';

/** The filters of the lists. One that a topic does not have leaves that topic out. */
export interface ChangeFilter extends Omit<EventFilters, 'openAt'> {
  /** Default: all. */
  readonly topic?: readonly Topic[] | undefined;
  readonly sessionId?: string | undefined;
}

type Filters = Omit<ChangeFilter, 'topic'>;
/** The filters of a list, by the names of its rows' properties. */
type Wanted = Pick<Conditions<Record<string, unknown>>, 'oneOf' | 'flags' | 'since' | 'until'>;

const SPAN: readonly (keyof Filters)[] = ['since', 'until'];
const FILTERS: Readonly<Record<Topic, readonly (keyof Filters)[]>> = {
  events: ['type', 'severity', 'minSeverity', 'source', 'node', 'resolved', ...SPAN],
  conversations: ['sessionId', ...SPAN],
  snapshots: SPAN,
  preferences: [],
};

/** What somebody wants of the changes. */
export class Selection {
  /** The same for those who want the same. */
  readonly key: string;
  private readonly topics: ReadonlySet<Topic>;
  private readonly wanted: Wanted;
  private readonly isFiltered: boolean;
  /** The filters that ask for one value. */
  private readonly values: readonly (readonly [string, Facets[string]])[];
  /** What was decided about facets: many rows have the same. */
  private readonly decided = new WeakMap<Facets, boolean>();

  constructor(
    { topic = TOPICS, ...filters }: ChangeFilter = {},
    private readonly types?: readonly ChangeType[],
  ) {
    const given = (Object.keys(filters) as (keyof Filters)[]).filter((name) => filters[name] !== undefined);
    const has = (one: Topic): boolean => given.every((name) => FILTERS[one].includes(name));
    this.topics = new Set(topic.filter(has));
    this.wanted = wantedBy(filters);
    this.isFiltered = given.length > 0;
    this.values = Object.entries(this.wanted.oneOf ?? {}).flatMap(([name, values]) =>
      values?.length === 1 ? [[name, values[0] as Facets[string]] as const] : [],
    );
    this.key = JSON.stringify([[...this.topics], filters, types]);
  }

  /** Whether any change of a type and topic may be wanted. */
  wants(type: ChangeType, topic: Topic | undefined): boolean {
    if (topic === undefined) return true;
    return this.topics.has(topic) && (type === 'resync' || (this.types?.includes(type) ?? true));
  }

  /** Where among some messages those are that may fit, in order: those with the rarest of the wanted values. */
  candidates(messages: readonly Message[]): Iterable<number> {
    let fewest: readonly number[] | undefined;
    for (const [name, value] of this.values) {
      const found = FacetIndex.of(messages).places(name, value);
      if (found && found.length < (fewest?.length ?? Infinity)) fewest = found;
    }
    return fewest ?? messages.keys();
  }

  /** Whether a message of a wanted type fits the filters. What is deleted fits those that do not say otherwise. */
  fits({ subject: { facets, at } }: Message): boolean {
    if (!this.isFiltered || facets === undefined) return true;
    if (facets === null) return false;
    const { since = '', until } = this.wanted;
    if (at !== undefined && (at < since || (until !== undefined && at >= until))) return false;
    const known = this.decided.get(facets);
    if (known !== undefined) return known;
    const isWanted = haveWanted(facets, this.wanted);
    this.decided.set(facets, isWanted);
    return isWanted;
  }
}

function wantedBy({ sessionId, ...events }: Filters): Wanted {
  const { oneOf, flags, since, until } = eventConditionsOf(events);
  return {
    oneOf: { ...oneOf, sessionId: sessionId === undefined ? undefined : [sessionId] },
    flags,
    since,
    until,
  };
}

function haveWanted(facets: Facets, { oneOf = {}, flags = {} }: Wanted): boolean {
  const isOneOf = Object.entries(oneOf).every(
    ([name, values]) => values === undefined || values.includes(facets[name] ?? null),
  );
  return (
    isOneOf && Object.entries(flags).every(([name, flag]) => flag === undefined || flag === facets[name])
  );
}
