import type { Chance } from './chance.js';
import type { EventRow, HistoryRow } from './rows.js';
import { readScripts, summaryAndDetails } from './script.js';

const NODES = ['pve-01', 'pve-02', 'pve-03', 'nuc-04', 'nuc-05', 'arm-06'];
const FIRST_GUEST = 101;
const GUESTS =
  'homeassistant pihole caddy unifi vaultwarden mosquitto zigbee2mqtt frigate wireguard paperless immich nextcloud postgres mariadb redis gitea runner registry jellyfin sonarr radarr navidrome audiobookshelf calibre grafana prometheus loki influxdb uptime-kuma mealie freshrss matrix mailcow k3s-a k3s-b k3s-c minio pbs valheim minecraft win11 ollama jarvis syncthing octoprint'.split(
    ' ',
  );
const WORDS: Record<string, readonly string[]> = {
  storage: ['local', 'local-lvm', 'tank', 'fast', 'nas'],
  pool: ['tank', 'fast'],
  device: [
    'window_office',
    'motion_stairs',
    'plug_tv',
    'thermo_kids',
    'leak_kitchen',
    'button_bed',
    'rain_gauge',
  ],
  room: ['kitchen', 'living room', 'bedroom', 'office', 'hallway', 'bathroom'],
  site: ['click.shop-news.example', 't.deals.example', 'smetrics.tv.example', 'go.letters.example'],
  grocery: [
    'milk',
    'oats',
    'lemons',
    'butter',
    'dish soap',
    'onions',
    'rice',
    'tea',
    'olive oil',
    'cat food',
  ],
  film: ['The Lighthouse', 'Arrival', 'Paterson', 'Burning', 'Another Round', 'The Handmaiden'],
  film2: ['Columbus', 'Shoplifters', 'Drive My Car', 'Past Lives', 'Perfect Days', 'Aftersun'],
  jacket: ['Yes, take one.', 'No.', 'Take an umbrella rather.', 'In the evening, yes.'],
  letter: ['a', 'b', 'c', 'e'],
};
const SLOT = /\{(\w+)(?::(\d+)(?:-(\d+))?)?\}/g;

/** One thing that happens over and over: all its slots speak of the same guest and the same node. */
function fillSlots(template: string, chance: Chance): string {
  const guest = chance.whole(0, GUESTS.length - 1);
  const node = chance.whole(0, NODES.length - 1);
  const fixed: Record<string, string | number | undefined> = {
    guest: GUESTS[guest],
    vmid: FIRST_GUEST + guest,
    guest2: GUESTS[(guest + chance.whole(1, GUESTS.length - 1)) % GUESTS.length],
    node: NODES[node],
    node2: NODES[(node + chance.whole(1, NODES.length - 1)) % NODES.length],
  };
  return template.replace(SLOT, (slot, name: string, from?: string, to?: string) => {
    // The same range is the same number, so that summary and details agree.
    if (name === 'n' && from && to) return String((fixed[slot] ??= chance.whole(Number(from), Number(to))));
    if (name === 'hex') return hex(chance, Number(from));
    const words = WORDS[name];
    const value = fixed[name] ?? (words && chance.pick(words));
    if (value === undefined) throw new Error(`What is the slot ${slot}?`);
    return String(value);
  });
}

function hex(chance: Chance, digits: number): string {
  return Array.from({ length: digits }, () => chance.whole(0, 15).toString(16).toUpperCase()).join('');
}

/** Lines of `weight type severity source: summary | details`. */
export function routineEvents(text: string, chance: Chance, moments: number[]): EventRow[] {
  const templates = text
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const [, weight, template] = /^(\d+) (.*)$/.exec(line) ?? [];
      return Array.from({ length: Number(weight) }, () => template ?? '');
    });
  return moments.map((moment, index) => {
    const filled = fillSlots(chance.pick(templates), chance);
    const [, type = '', severity = '', source = '', rest = ''] =
      /^(\w+) (\w+) (\w+): (.*)$/.exec(filled) ?? [];
    // What is written of a node names it; anything else may have happened on any.
    const node = NODES.find((name) => rest.includes(name)) ?? chance.pick(NODES);
    const timestamp = new Date(moment).toISOString();
    const about = { type, severity, source, node, ...summaryAndDetails(rest), resolved: true };
    return { kind: 'event', key: `routine/${index}`, timestamp, ...about };
  });
}

/** Conversations like those of every day, one at each moment. */
export function routineChats(text: string, chance: Chance, moments: number[]): HistoryRow[] {
  const templates = text.trimEnd().split('\n\n');
  return moments.flatMap((moment, index) =>
    readScripts(fillSlots(chance.pick(templates), chance), moment).flatMap(({ rows }) =>
      rows.map((row) => ({ ...row, key: `routine chat ${index}/${row.key}` })),
    ),
  );
}
