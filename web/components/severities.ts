/** From the worst on. */
export const SEVERITIES = ['critical', 'error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A severity as one of the four; the API promises no more than a text. */
export function severityOf(text: string | null | undefined): Severity {
  return SEVERITIES.find((one) => one === text) ?? 'info';
}
