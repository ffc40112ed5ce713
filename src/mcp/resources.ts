import { READERS, type Role } from '../auth/roles.js';
import { ANY_TOPIC } from '../database/index.js';
import type { TimelineKind } from '../history/index.js';
import { writeJson } from '../json/index.js';
import { TOPICS, type Topic } from '../live/index.js';
import type { MemoryAccess } from './memory.js';
import { TIMELINE } from './tools/timeline.js';

const JSON_TYPE = 'application/json';

interface Description {
  readonly title: string;
  readonly description: string;
  /** What of the timeline it holds. */
  readonly kind: readonly TimelineKind[];
}

const DESCRIPTIONS: Readonly<Record<Topic, Description>> = {
  events: {
    title: 'What happened',
    description: 'The newest events, and when events were resolved.',
    kind: ['event', 'resolution'],
  },
  conversations: {
    title: 'What was said',
    description: 'The newest messages of all conversations.',
    kind: ['message'],
  },
  snapshots: {
    title: 'What the cluster looks like',
    description: 'What changed from one snapshot to the next, newest first.',
    kind: ['snapshot'],
  },
  preferences: {
    title: 'What the owner prefers',
    description: 'The preferences that were set last.',
    kind: ['preference'],
  },
};

export function uriOf(topic: Topic): string {
  return `memory://${topic}`;
}

const TOPICS_BY_URI = new Map(TOPICS.map((topic) => [uriOf(topic), topic]));

/** What an agent can read and listen to: one resource for each kind of memory. */
export const RESOURCES = [...TOPICS_BY_URI].map(([uri, name]) => {
  const { title, description } = DESCRIPTIONS[name];
  return { uri, name, title, description, mimeType: JSON_TYPE };
});

export function mayRead(role: Role): boolean {
  return READERS.includes(role);
}

/** What `resources/read` answers; undefined where there is no such resource. */
export async function readResource(
  uri: string,
  access: MemoryAccess,
  signal: AbortSignal,
): Promise<object | undefined> {
  const topic = TOPICS_BY_URI.get(uri);
  if (topic === undefined) return undefined;
  const answer = await TIMELINE.call(access, { kind: DESCRIPTIONS[topic].kind }, signal);
  return { contents: [{ uri, mimeType: JSON_TYPE, text: writeJson(answer) }] };
}

/** The resources that a change of a topic of the feed changes: all of them where the topic is not known. */
export function resourcesOf(topic: string): readonly string[] {
  return TOPICS.filter((one) => topic === one || topic === ANY_TOPIC).map(uriOf);
}
