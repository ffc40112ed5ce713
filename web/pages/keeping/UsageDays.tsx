import type { JSX } from 'preact';
import type { Schemas } from '../../api/types.js';
import { count, counted, dollars } from '../../words/numbers.js';

const HEIGHT = 64;

/** The tokens of each day, as bars; the exact numbers for who hovers. */
export function UsageDays({ days }: { days: readonly Schemas['UsageDto'][] }): JSX.Element | null {
  const most = Math.max(0, ...days.map(({ tokensUsed }) => tokensUsed));
  const [first, last] = [days[0]?.day, days.at(-1)?.day];
  if (most === 0 || first === undefined || last === undefined) return null;
  const width = 100 / days.length;
  return (
    <figure class="usage-days">
      <svg
        class="chart"
        width="100%"
        height={HEIGHT + 18}
        role="img"
        aria-label={`Tokens a day, at most ${count(most)}`}
      >
        {days.map(({ day, tokensUsed, costUsd }, index) => {
          const height = tokensUsed === 0 ? 0 : Math.max(2, (tokensUsed / most) * HEIGHT);
          return (
            <rect
              key={day}
              x={`${(index * width + width * 0.12).toFixed(3)}%`}
              width={`${(width * 0.76).toFixed(3)}%`}
              y={HEIGHT - height}
              height={height}
            >
              <title>{`${dayOf(day)}: ${counted(tokensUsed, 'token')}, ${dollars(costUsd)}`}</title>
            </rect>
          );
        })}
        <line class="axis-line" x1="0" x2="100%" y1={HEIGHT} y2={HEIGHT} />
        <text class="axis-text" x="0" y={HEIGHT + 15}>
          {dayOf(first)}
        </text>
        <text class="axis-text" x="100%" y={HEIGHT + 15} text-anchor="end">
          {dayOf(last)}
        </text>
      </svg>
    </figure>
  );
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** A day of the API, which has no hour: `24 Nov`. */
function dayOf(day = ''): string {
  return DAY.format(Date.parse(`${day}T00:00:00Z`));
}
