import type { JSX } from 'preact';
import { answerOf, api, ROOT } from '../../api/client.js';
import { useResource } from '../../api/resource.js';
import { Icon } from '../../components/Icon.js';
import { Loaded } from '../../components/Loaded.js';
import { Section } from '../../components/Section.js';
import { Time } from '../../components/Time.js';
import { counted, size } from '../../words/numbers.js';
import { Disclosure } from './Disclosure.js';
import { MakeBackup } from './MakeBackup.js';

const SHOWN = 5;
const BY_HAND = /-manual\.db/;

/** The backups that there are, and one more on demand. */
export function Backups(): JSX.Element {
  const backups = useResource((signal) => answerOf(api.GET('/api/admin/backups', { signal })), []);
  return (
    <Section title="Backups of the memory">
      <Loaded of={backups} failure="The backups could not be listed." rows={4}>
        {(answer) => {
          const rows = answer.backups;
          return (
            <>
              <MakeBackup of={answer} reload={backups.reload} />
              {rows.length === 0 && (
                <p class="muted">
                  There is none yet. One that is made now is checked, and kept in the backup folder.
                </p>
              )}
              <Disclosure rows={rows} shown={SHOWN} noun="older one">
                {(seen) => (
                  <table class="table dense">
                    <tbody>
                      {seen.map(({ name, createdAt, sizeBytes }) => (
                        <tr key={name}>
                          <th scope="row" title={name}>
                            <Time at={createdAt} as="moment" />
                          </th>
                          <td>{BY_HAND.test(name) ? 'by hand' : 'scheduled'}</td>
                          <td class="number">{size(sizeBytes)}</td>
                          <td class="number">
                            {answer.downloadable && (
                              <a
                                class="button plain square"
                                href={`${ROOT}/api/admin/backups/${name}`}
                                download={name}
                                title={`Download ${name}`}
                              >
                                <Icon name="download" />
                                <span class="aloud">Download {name}</span>
                              </a>
                            )}
                          </td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                )}
              </Disclosure>
              {rows.length > 0 && (
                <p class="faint small">
                  {keptWords(rows.length, rows.at(-1)?.createdAt)}
                  {!answer.downloadable && ' Only the owner may download them: they hold the signing secret.'}
                </p>
              )}
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

function keptWords(rows: number, oldestAt = ''): string {
  return `${counted(rows, 'backup')} kept, the oldest from ${DAY.format(Date.parse(oldestAt))}. Each was counted again when it was finished.`;
}
