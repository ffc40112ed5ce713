import { readCluster } from '../../../../src/cluster/read-cluster.js';
import { isObject, nameOfElement, type Operation } from '../../../../src/json-patch/index.js';
import { membersOf, type Member } from './members.js';
import { placesOf, type Place } from './places.js';

/** An object or a list of which members changed. */
export interface Section {
  /** Where it is: a JSON pointer into the document after. */
  readonly path: string;
  /** The same in words: `guests`, `131 immich`. */
  readonly title: readonly string[];
  readonly members: readonly Member[];
  /** The object or the list itself; undefined for the whole document. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** Whether the members are elements of a list. */
  readonly isList: boolean;
  /** What it is about, as the summary names it: `qemu/131`. */
  readonly subjects: readonly string[];
}

interface Here {
  readonly path: string;
  readonly title: readonly string[];
  readonly subjects: readonly string[];
}

/** The parts of two documents in which a patch changes something. What it leaves alone is not looked at. */
export function sectionsOf(before: unknown, after: unknown, operations: readonly Operation[]): Section[] {
  const found: Section[] = [];
  const root = placesOf(operations);
  if (root.operations.length > 0)
    found.push({
      path: '',
      title: ['the document'],
      members: [{ name: '', state: 'changed', before, after }],
      isList: true,
      subjects: [],
    });
  const document = root.below.get('');
  if (document) walk({ path: '', title: [], subjects: [] }, before, after, document, found);
  return found;
}

function walk(here: Here, before: unknown, after: unknown, place: Place, found: Section[]): void {
  const members = membersOf(before, after, place);
  if (!members) return;
  if (members.some(({ state }) => state !== 'same' && state !== 'inside'))
    found.push({
      ...here,
      title: here.title.length === 0 ? ['the document'] : here.title,
      members,
      before,
      after,
      isList: Array.isArray(after),
    });
  for (const member of members) {
    const below = place.below.get(member.name);
    if (!below || member.state === 'removed') continue;
    walk(within(here, member), member.before, member.after, below, found);
  }
}

function within({ path, title, subjects }: Here, { name, after }: Member): Here {
  const called = nameOf(after);
  return {
    path: `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    title: [...title, called ?? name],
    subjects: called === undefined ? subjects : subjectsOf(after),
  };
}

/** What to call an element of a list: `131 immich`. */
function nameOf(element: unknown): string | undefined {
  const identity = nameOfElement(element);
  if (identity === undefined || !isObject(element)) return undefined;
  const { name, storage } = element;
  if (typeof storage === 'string') return identity.replace(/,(?=[^,]*$)/, ' on ');
  return typeof name === 'string' && name !== identity && name !== '' ? `${identity} ${name}` : identity;
}

function subjectsOf(element: unknown): string[] {
  const cluster = readCluster([element]);
  if (!cluster) return [];
  return [
    ...cluster.guests.map(({ id }) => id),
    ...cluster.nodes.map(({ name }) => `node/${name}`),
    ...cluster.storages.map(({ id }) => id),
  ];
}

/** The part that a line of the summary is about. */
export function sectionOf(sections: readonly Section[], subject: string): Section | undefined {
  if (subject.startsWith('/'))
    return sections.find(
      ({ path }) =>
        path === subject || `${subject}/`.startsWith(`${path}/`) || path.startsWith(`${subject}/`),
    );
  return sections.find(({ subjects }) => subjects.includes(subject));
}

/** What the patch says beside what always moves: the operations of that are the last ones. */
export function tellingOf(
  operations: readonly Operation[],
  { operations: all, noise }: { readonly operations: number; readonly noise: number },
): readonly Operation[] {
  return operations.slice(0, Math.max(0, all - noise));
}
