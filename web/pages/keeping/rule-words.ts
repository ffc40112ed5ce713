/** What rules are written of; each has a part of its own. */
export const PARTS = ['snapshots', 'events', 'conversations', 'budget'] as const;
export type RulePart = (typeof PARTS)[number];

const UNITS: Readonly<Record<string, string>> = {
  h: 'hour',
  d: 'day',
  w: 'week',
  m: 'month',
  y: 'year',
};

/** A rule as a person says it; as it is written where it has another form. */
export function ruleWords(part: RulePart, rule: string | null): string {
  if (rule === null || rule === '' || rule === 'keep-all')
    return part === 'budget' ? 'no limit' : 'all are kept';
  if (part === 'budget') return `at most ${rule}`;
  if (part === 'conversations') return `kept for ${age(rule)} after the last message`;
  const entries = rule.split(',').map((entry) => entry.trim().split('='));
  return part === 'events' ? eventWords(entries) : snapshotWords(entries);
}

function eventWords(entries: readonly string[][]): string {
  const parts = entries.map(([severity = '', limit = '']) => `${severity} for ${age(limit)}`);
  return `resolved ones: ${parts.join(', ')}; others stay`;
}

function snapshotWords(entries: readonly string[][]): string {
  const words = entries.map(([option = '', value = '']) => {
    const name = option.replace(/^keep-/, '');
    if (name === 'last') return `the last ${Number(value).toLocaleString('en-GB')}`;
    if (name === 'changes') return `those around a change for ${age(value)}`;
    return `${Number(value).toLocaleString('en-GB')} ${name}`;
  });
  return words.join(', ');
}

/** `90d` as `90 days`. */
function age(text: string): string {
  const [, number = '', unit = ''] = /^(\d+)\s*([hdwmy])/i.exec(text) ?? [];
  const name = UNITS[unit.toLowerCase()];
  return name === undefined ? text : `${number} ${name}${number === '1' ? '' : 's'}`;
}
