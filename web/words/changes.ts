import type { LineKind } from '../../src/cluster/lines.js';

/** The kinds of change by weight: what one would want to know first. What is not listed comes last. */
const BY_WEIGHT: readonly LineKind[] = [
  'quorum.lost',
  'node.left',
  'node.removed',
  'storage.unavailable',
  'guest.stopped',
  'backup.failed',
  'storage.crossed',
  'guest.removed',
  'guest.status',
  'guest.moved',
  'guest.started',
  'task.failed',
  'quorum.regained',
  'node.returned',
  'node.added',
  'storage.available',
  'storage.removed',
  'storage.added',
  'guest.added',
  'storage.relieved',
  'guest.resized',
  'guest.renamed',
  'guest.template',
  'guest.pool',
  'pool.removed',
  'pool.added',
  'backup.began',
  'backup.ended',
  'structure.removed',
  'structure.added',
  'structure.changed',
];
/** Of these kinds a change is a large one: a guest, a node, a storage full. */
const LARGE: ReadonlySet<string> = new Set(BY_WEIGHT.slice(0, BY_WEIGHT.indexOf('storage.removed')));
const HARMFUL: ReadonlySet<string> = new Set(BY_WEIGHT.slice(0, BY_WEIGHT.indexOf('storage.crossed')));

/** The weightiest first; what weighs the same stays in its order. */
export function weightiestFirst<Line extends { readonly kind: string }>(lines: readonly Line[]): Line[] {
  return [...lines].sort((one, other) => weightOf(one.kind) - weightOf(other.kind));
}

function weightOf(kind: string): number {
  const place = (BY_WEIGHT as readonly string[]).indexOf(kind);
  return place < 0 ? BY_WEIGHT.length : place;
}

/** Whether one of the kinds of change is a large one. */
export function isLarge(kinds: readonly string[] = []): boolean {
  return kinds.some((kind) => LARGE.has(kind));
}

/** The shape beside a change in words. */
export function glyphOf(kind: string): 'error' | 'warning' | 'fixed' | 'info' | 'moved' {
  if (kind === 'guest.moved') return 'moved';
  if (kind === 'storage.crossed' || kind === 'task.failed') return 'warning';
  if (HARMFUL.has(kind)) return kind === 'guest.stopped' ? 'warning' : 'error';
  return /\.(?:regained|returned|available|relieved)$/.test(kind) ? 'fixed' : 'info';
}

/** A change as a sentence, with guests as their owner knows them: `304 books went from running to stopped`. */
export function changeWords(text: string): string {
  const known = text.replace(/guest (?:(?:qemu|lxc|openvz)\/)?(\d+) \(([^()]+)\)/g, '$1 $2');
  return known.charAt(0).toUpperCase() + known.slice(1);
}

/** What a resolution is called on the timeline, in words: `Jarvis fixed: Disk usage of local is at 98 %`. */
export function resolutionWords(title: string): string {
  return title
    .replace(/^resolved by jarvis: /, 'Jarvis fixed: ')
    .replace(/^resolved by user: /, 'You resolved: ');
}
