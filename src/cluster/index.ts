/** What the state of a Proxmox cluster means, and how two states differ. It knows nothing of where they are stored. */
export type { Cluster, GuestState, NodeState, StorageState } from './cluster.js';
export { compareClusters } from './compare-clusters.js';
export { compareStates, summarize, type Comparison, type CompareOptions } from './compare-states.js';
export { digestOf, type DigestLine } from './digest.js';
export { LINE_KINDS, type ChangeLine, type LineKind } from './lines.js';
export { clusterOf, readCluster } from './read-cluster.js';
