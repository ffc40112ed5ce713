export type Resource = Record<string, unknown>;

/** Rows of `/cluster/resources`, as Proxmox answers them. */
export const guest = (vmid: number, more: Resource = {}): Resource => ({
  id: `qemu/${vmid}`,
  type: 'qemu',
  vmid,
  name: `vm${vmid}`,
  node: 'pve1',
  status: 'running',
  template: 0,
  cpu: 0.02,
  mem: 842551296,
  uptime: 100,
  maxcpu: 2,
  maxmem: 2 ** 31,
  maxdisk: 2 ** 35,
  ...more,
});
export const node = (name: string, more: Resource = {}): Resource => ({
  id: `node/${name}`,
  type: 'node',
  node: name,
  status: 'online',
  cpu: 0.1,
  uptime: 5,
  ...more,
});
export const storage = (name: string, on: string, percent: number, more: Resource = {}): Resource => ({
  id: `storage/${on}/${name}`,
  type: 'storage',
  storage: name,
  node: on,
  status: 'available',
  shared: 0,
  disk: percent,
  maxdisk: 100,
  ...more,
});
export const BASE = [
  node('pve1'),
  node('pve2'),
  guest(104, { name: 'dns' }),
  guest(107),
  guest(108, { node: 'pve2' }),
  storage('local', 'pve1', 50),
  storage('local', 'pve2', 50),
  storage('nas', 'pve1', 10, { shared: 1 }),
  storage('nas', 'pve2', 10, { shared: 1 }),
];

/** The base, with some resources replaced by id, left out (`null`) or added. */
export function stateWith(changes: Readonly<Record<string, Resource | null>>): Resource[] {
  const kept = BASE.flatMap((one) => {
    const change = changes[String(one['id'])];
    return change === null ? [] : [{ ...one, ...change }];
  });
  const added = Object.entries(changes).filter(([id]) => !BASE.some((one) => one['id'] === id));
  return [...kept, ...added.flatMap(([, resource]) => (resource ? [resource] : []))];
}
