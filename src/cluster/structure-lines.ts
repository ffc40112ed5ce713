import type { Operation } from '../json-patch/index.js';
import { label } from './label.js';
import type { ChangeLine, LineKind } from './lines.js';

/** So many parts are named; of the others it is said how many they are. */
const MAX_LINES = 12;

const KINDS: Readonly<Record<Operation['op'], LineKind>> = {
  add: 'structure.added',
  remove: 'structure.removed',
  replace: 'structure.changed',
  move: 'structure.changed',
};
const SAID: Readonly<Record<Operation['op'], string>> = {
  add: 'added',
  remove: 'removed',
  replace: 'changed',
  move: 'moved',
};

/** What changed in a document that is no state of a cluster: a line for each of its members. */
export function structureLines(operations: readonly Operation[]): ChangeLine[] {
  const byMember = new Map<string, Operation[]>();
  for (const operation of operations) {
    const member = operation.path.split('/')[1] ?? '';
    const known = byMember.get(member);
    if (known) known.push(operation);
    else byMember.set(member, [operation]);
  }
  const lines = [...byMember].slice(0, MAX_LINES).map(([member, changes]) => lineOf(member, changes));
  const more = byMember.size - MAX_LINES;
  if (more > 0) lines.push({ text: `${more} more members changed`, kind: 'structure.changed', subject: '' });
  return lines;
}

function lineOf(member: string, changes: readonly Operation[]): ChangeLine {
  const [first] = changes;
  if (first && changes.length === 1) {
    const subject = label(first.path);
    return {
      text: `${subject === '' ? 'the document' : subject} was ${SAID[first.op]}`,
      kind: KINDS[first.op],
      subject,
    };
  }
  const subject = label(`/${member}`);
  const counts = Object.entries(SAID)
    .map(([op, said]) => [changes.filter((change) => change.op === op).length, said] as const)
    .filter(([count]) => count > 0)
    .map(([count, said]) => `${count} ${said}`);
  return { text: `in ${subject}: ${counts.join(', ')}`, kind: 'structure.changed', subject };
}
