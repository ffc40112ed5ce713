import type { EventInput } from '../../src/events/index.js';

type Telling = Pick<EventInput, 'summary' | 'details'>;

/** A small trouble that comes and goes: how it is reported, what is done, how it is good again. */
export interface Nuisance {
  readonly node: string | null;
  readonly severity: 'warning' | 'error';
  /** Who deals with it. */
  readonly by: 'jarvis' | 'user';
  /** In the summary, `#` stands for what is measured. */
  readonly alert: { readonly summary: string; readonly details: object };
  readonly measured: { readonly as: string; readonly min: number; readonly max: number };
  readonly action: Telling;
  readonly outcome: Telling;
}

/** The troubles of an ordinary day. */
export const NUISANCES: readonly [Nuisance, ...Nuisance[]] = [
  {
    node: 'pve1',
    severity: 'warning',
    by: 'jarvis',
    alert: { summary: 'Names resolve slowly: # ms', details: { guest: 102, limitMs: 100 } },
    measured: { as: 'medianMs', min: 180, max: 640 },
    action: { summary: 'Emptied the cache of dns', details: { tool: 'run_in_guest', guest: 102 } },
    outcome: { summary: 'Names resolve in 6 ms again', details: { guest: 102, medianMs: 6 } },
  },
  {
    node: null,
    severity: 'warning',
    by: 'jarvis',
    alert: { summary: 'nas-backup answers slowly: # ms', details: { storage: 'nas-backup', limitMs: 30 } },
    measured: { as: 'latencyMs', min: 45, max: 210 },
    action: {
      summary: 'Measured the way to nas-backup',
      details: { tool: 'ping_storage', lost: 0, hops: 2 },
    },
    outcome: {
      summary: 'nas-backup answers in 2 ms again',
      details: { storage: 'nas-backup', latencyMs: 2 },
    },
  },
  {
    node: 'pve2',
    severity: 'warning',
    by: 'jarvis',
    alert: { summary: 'nextcloud swaps: # % of its swap is used', details: { guest: 203, limitPercent: 60 } },
    measured: { as: 'swapPercent', min: 62, max: 88 },
    action: {
      summary: 'Restarted the PHP workers of nextcloud',
      details: { tool: 'run_in_guest', guest: 203 },
    },
    outcome: { summary: 'nextcloud has stopped swapping', details: { guest: 203, swapPercent: 4 } },
  },
  {
    node: 'pve4',
    severity: 'warning',
    by: 'user',
    alert: { summary: '# failed SSH logins on pve4 within ten minutes', details: { from: '192.168.30.77' } },
    measured: { as: 'tries', min: 12, max: 60 },
    action: {
      summary: 'Blocked 192.168.30.77 for an hour',
      details: { tool: 'firewall_block', minutes: 60 },
    },
    outcome: { summary: 'No failed SSH logins on pve4 any more', details: { tries: 0 } },
  },
  {
    node: 'pve3',
    severity: 'error',
    by: 'jarvis',
    alert: { summary: 'The NVMe drive of pve3 is at # °C', details: { device: 'nvme0', limitCelsius: 80 } },
    measured: { as: 'celsius', min: 81, max: 88 },
    action: { summary: 'Set the case fans of pve3 to 70 %', details: { tool: 'set_fans', percent: 70 } },
    outcome: {
      summary: 'The NVMe drive of pve3 is at 58 °C again',
      details: { device: 'nvme0', celsius: 58 },
    },
  },
  {
    node: 'pve1',
    severity: 'warning',
    by: 'jarvis',
    alert: { summary: 'The clock of pve1 is # ms off', details: { limitMs: 100 } },
    measured: { as: 'offsetMs', min: 120, max: 900 },
    action: {
      summary: 'Made pve1 set its clock',
      details: { tool: 'run_on_node', command: 'chronyc makestep' },
    },
    outcome: { summary: 'The clock of pve1 is right to 1 ms', details: { offsetMs: 1 } },
  },
];
