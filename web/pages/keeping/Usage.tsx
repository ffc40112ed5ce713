import type { JSX } from 'preact';
import { answerOf, api } from '../../api/client.js';
import { useResource } from '../../api/resource.js';
import { Loaded } from '../../components/Loaded.js';
import { Section } from '../../components/Section.js';
import { versionOf } from '../../state/live.js';
import { count, counted, dollars } from '../../words/numbers.js';
import { UsageDays } from './UsageDays.js';

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Tokens and cost of the last 30 days, by day and by model. */
export function Usage(): JSX.Element {
  const version = versionOf('conversations').value;
  const usage = useResource(
    async (signal) => {
      const ask = (groupBy: 'day' | 'model') => {
        const query = { groupBy, timeZone: ZONE };
        return answerOf(api.GET('/api/memory/usage', { params: { query }, signal }));
      };
      const [days, models] = await Promise.all([ask('day'), ask('model')]);
      return { days, models };
    },
    [version],
  );
  return (
    <Loaded of={usage} failure="What was used could not be read." rows={6}>
      {({ days, models }) => (
        <Section
          title="Used in the last 30 days"
          side={`${counted(days.total.tokensUsed, 'token')}, ${dollars(days.total.costUsd)}`}
        >
          <UsageDays days={days.usage} />
          {models.usage.length === 0 ? (
            <p class="muted">Nobody has talked to Jarvis in these days.</p>
          ) : (
            <table class="table dense">
              <thead>
                <tr>
                  <th>Model</th>
                  <th class="number">Messages</th>
                  <th class="number">Tokens in</th>
                  <th class="number">Tokens out</th>
                  <th class="number">Cost</th>
                </tr>
              </thead>
              <tbody>
                {models.usage.map(({ model, messageCount, inputTokens, outputTokens, costUsd }) => (
                  <tr key={model ?? ''}>
                    <th scope="row">{model ?? <span class="muted">none: you, tools, instructions</span>}</th>
                    <td class="number">{count(messageCount)}</td>
                    <td class="number">{count(inputTokens)}</td>
                    <td class="number">{count(outputTokens)}</td>
                    <td class="number">{dollars(costUsd)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Section>
      )}
    </Loaded>
  );
}
