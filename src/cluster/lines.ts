/** What a line can be about; the part before the point is what its subject is. */
export const LINE_KINDS = [
  'quorum.lost',
  'quorum.regained',
  'node.left',
  'node.returned',
  'node.added',
  'node.removed',
  'guest.started',
  'guest.stopped',
  'guest.status',
  'guest.moved',
  'guest.renamed',
  'guest.added',
  'guest.removed',
  'guest.template',
  'guest.resized',
  'guest.pool',
  'pool.added',
  'pool.removed',
  'storage.crossed',
  'storage.relieved',
  'storage.available',
  'storage.unavailable',
  'storage.added',
  'storage.removed',
  'backup.began',
  'backup.ended',
  'backup.failed',
  'task.failed',
  'noise.changed',
  'structure.added',
  'structure.removed',
  'structure.changed',
  'summary.cut',
] as const;
export type LineKind = (typeof LINE_KINDS)[number];

/** One thing that changed from one state to another, for people and for assistants. */
export interface ChangeLine {
  readonly text: string;
  readonly kind: LineKind;
  /** The id of what changed, as Proxmox writes it: `qemu/104`, `node/pve2`, `storage/pve1/local`; or a JSON pointer. */
  readonly subject: string;
  readonly node?: string;
}
