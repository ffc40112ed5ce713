/** What `GET /cluster/resources` of Proxmox gives of one guest, node or storage. */
type Resource = Record<string, string | number>;

const NODES = 4;
const GUESTS = 31;
const MINUTE_MS = 60_000;
const FIRST = Date.UTC(2026, 9, 1);

/**
 * The states of a cluster of 4 nodes with 31 guests, one a minute. What a guest that runs uses is noise around its usual
 * value, with the 15 digits that Proxmox gives; its counters grow by the rates of the last minutes, and what is sent and
 * received by a part that nobody can foresee. The same each time.
 */
export function* minutesOf(count: number, runningGuests: number): Generator<{ at: string; text: string }> {
  const random = randomFrom(7);
  const resources = [...guests(runningGuests), ...nodes(), ...storages()];
  for (let minute = 0; minute < count; minute += 1) {
    for (const resource of resources) advance(resource, minute, random);
    const at = new Date(FIRST + minute * MINUTE_MS + Math.floor(900 * random())).toISOString();
    yield { at, text: JSON.stringify({ takenAt: at, quorate: 1, resources }) };
  }
}

function guests(running: number): Resource[] {
  return Array.from({ length: GUESTS }, (_, index) => {
    const type = index % 3 === 2 ? 'lxc' : 'qemu';
    const isRunning = index < running;
    return {
      id: `${type}/${100 + index}`,
      vmid: 100 + index,
      name: `guest-${index}.home.example.org`,
      type,
      node: `pve${1 + (index % NODES)}`,
      status: isRunning ? 'running' : 'stopped',
      template: 0,
      tags: index % 2 === 0 ? 'production;backup' : 'test',
      pool: 'homelab',
      maxcpu: 4,
      maxmem: 8_589_934_592,
      maxdisk: 68_719_476_736,
      cpu: 0,
      mem: 0,
      disk: 0,
      uptime: isRunning ? 400_000 + 977 * index : 0,
      netin: isRunning ? 2_456_116_121 + index : 0,
      netout: isRunning ? 545_248_946 + index : 0,
      diskread: isRunning ? 4_510_777_856 : 0,
      diskwrite: isRunning ? 6_059_209_728 : 0,
      hastate: '',
    };
  });
}

function nodes(): Resource[] {
  return Array.from({ length: NODES }, (_, index) => ({
    id: `node/pve${index + 1}`,
    node: `pve${index + 1}`,
    type: 'node',
    status: 'online',
    level: '',
    'cgroup-mode': 2,
    maxcpu: 16,
    maxmem: 67_330_048_000,
    maxdisk: 100_861_726_720,
    cpu: 0,
    mem: 0,
    disk: 12_884_901_888,
    uptime: 3_000_000 + index,
  }));
}

function storages(): Resource[] {
  return Array.from({ length: 2 * NODES }, (_, index) => ({
    id: `storage/pve${1 + (index % NODES)}/${index < NODES ? 'local' : 'local-zfs'}`,
    node: `pve${1 + (index % NODES)}`,
    storage: index < NODES ? 'local' : 'local-zfs',
    type: 'storage',
    plugintype: index < NODES ? 'dir' : 'zfspool',
    status: 'available',
    content: 'images,rootdir',
    shared: 0,
    maxdisk: 1_000_000_000_000,
    disk: 300_000_000_000,
  }));
}

function advance(resource: Resource, minute: number, random: () => number): void {
  if (resource['type'] === 'storage') {
    if (random() < 0.02) resource['disk'] = Number(resource['disk']) + Math.floor(1e6 * random());
    return;
  }
  if (resource['status'] === 'stopped') return;
  const usual = 0.02 + 0.01 * Math.sin(minute / 90);
  resource['cpu'] = Number((usual * (0.8 + 0.4 * random())).toPrecision(15));
  resource['mem'] = Math.floor(Number(resource['maxmem']) * (0.4 + 0.004 * random()));
  resource['uptime'] = Number(resource['uptime']) + 60;
  if (resource['type'] === 'node') return;
  // The rates are those of an hour; what comes and goes over the network differs from minute to minute.
  const rate = 20_000 + 1000 * (Math.floor(minute / 60) % 7);
  grow(resource, 'netin', rate + Math.floor(250 * random()));
  grow(resource, 'netout', rate / 2 + Math.floor(250 * random()));
  grow(resource, 'diskwrite', 4096 * Math.floor(8 + 4 * random()));
}

function grow(resource: Resource, counter: string, by: number): void {
  resource[counter] = Number(resource[counter]) + by;
}

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}
