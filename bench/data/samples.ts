/** What the clients send: made here, shaped like the real thing. Numbers, not chance, so that runs are alike. */

const TYPES = ['alert', 'action', 'status', 'metric'] as const;
const SEVERITIES = ['info', 'warning', 'error', 'critical'] as const;
const SOURCES = ['monitor', 'jarvis', 'system', 'user'] as const;
const ROLES = ['user', 'assistant', 'tool', 'assistant'] as const;
const NODES = ['pve1', 'pve2', 'pve3', 'pve4', 'pve5'] as const;

export interface SampleEvent {
  type: (typeof TYPES)[number];
  severity: (typeof SEVERITIES)[number];
  source: (typeof SOURCES)[number];
  node: string;
  summary: string;
  details: object;
}

export interface SampleMessage {
  role: (typeof ROLES)[number];
  content: string;
  model: string;
  tokensUsed: number;
}

export const SNAPSHOT_BYTES = 20 * 1024;

function pick<T>(values: readonly [T, ...T[]], index: number): T {
  return values[index % values.length] ?? values[0];
}

/** Strides differ, so that every combination of type, severity, source and node comes up. */
export function sampleEvent(index: number): SampleEvent {
  const node = pick(NODES, index * 3);
  const load = (index * 37) % 100;
  return {
    type: pick(TYPES, index),
    severity: pick(SEVERITIES, Math.floor(index / 3)),
    source: pick(SOURCES, Math.floor(index / 7)),
    node,
    summary: `CPU of ${node} at ${load} percent for ${(index % 50) + 1} minutes`,
    details: { metric: 'cpu', value: load / 100, threshold: 0.85, vmid: 100 + (index % 40) },
  };
}

export function sampleMessage(index: number): SampleMessage {
  return {
    role: pick(ROLES, index),
    content: `Message ${index}: the root disk of ${pick(NODES, index)} is ${index % 100} percent full, and two backups wait.`,
    model: 'local-llm',
    tokensUsed: 50 + (index % 400),
  };
}

/** The state of a cluster as one JSON object of about SNAPSHOT_BYTES bytes. */
export function sampleSnapshot(index: number): object {
  const resources: object[] = [];
  let size = 0;
  while (size < SNAPSHOT_BYTES) {
    const resource = sampleResource(index + resources.length);
    resources.push(resource);
    size += JSON.stringify(resource).length + 1;
  }
  return { cluster: 'home', quorate: true, resources };
}

function sampleResource(index: number) {
  const node = pick(NODES, index);
  const vmid = 100 + index;
  return {
    id: `qemu/${vmid}`,
    type: 'qemu',
    vmid,
    node,
    name: `service-${vmid}`,
    status: index % 9 === 0 ? 'stopped' : 'running',
    cpu: ((index * 13) % 1000) / 1000,
    maxcpu: 4,
    mem: 1_073_741_824 + index * 65_536,
    maxmem: 4_294_967_296,
    disk: 0,
    maxdisk: 34_359_738_368,
    uptime: 86_400 + index * 17,
    tags: ['bench', node],
  };
}
