/** What a snapshot says of the parts of a cluster, in whichever of the usual shapes. */
export interface Cluster {
  readonly nodes: readonly NodeState[];
  readonly guests: readonly GuestState[];
  readonly storages: readonly StorageState[];
  readonly pools: readonly string[];
  readonly tasks: readonly TaskState[];
  readonly backups: BackupState;
  /** Missing where the snapshot does not say it. */
  readonly isQuorate?: boolean;
}

export interface NodeState {
  readonly name: string;
  readonly isUp: boolean;
  /** How much of its processors is used, 0 to 1; missing where it is not told. */
  readonly cpuShare?: number | undefined;
  /** How much of its memory is used, 0 to 1; missing where it is not told. */
  readonly memoryShare?: number | undefined;
}

export interface GuestState {
  /** `qemu/104`; the number alone where its type is not told. */
  readonly id: string;
  readonly vmid: string;
  readonly name: string;
  readonly node: string;
  /** `unknown` where its node does not answer. */
  readonly status: string;
  readonly isTemplate: boolean;
  readonly pool: string;
  readonly size: GuestSize;
}

/** What a guest may use; each is missing where it is not told. */
export interface GuestSize {
  readonly cores?: number | undefined;
  readonly memoryBytes?: number | undefined;
  readonly diskBytes?: number | undefined;
}

export interface StorageState {
  /** `storage/pve1/local`; without a node where nodes share it. */
  readonly id: string;
  readonly name: string;
  /** The node that has it alone; empty where nodes share it. */
  readonly node: string;
  readonly isAvailable: boolean;
  /** Missing where it is not told. */
  readonly usedPercent?: number | undefined;
  /** Missing where `usedPercent` is. */
  readonly totalBytes?: number | undefined;
}

export interface TaskState {
  readonly upid: string;
  readonly type: string;
  readonly node: string;
  /** The guest that it is about; empty where it is about several, or none. */
  readonly vmid: string;
  readonly outcome: 'running' | 'done' | 'failed';
  readonly status: string;
}

/** The guests of which a backup runs, and those of which the last one failed, where a snapshot lists them. */
export interface BackupState {
  readonly running: ReadonlySet<string>;
  readonly failed: ReadonlySet<string>;
}
