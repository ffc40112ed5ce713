import type { JSX } from 'preact';
import type { Resource } from '../../api/resource.js';
import { Icon } from '../../components/Icon.js';
import { JsonTree } from '../../components/JsonTree.js';
import { Loaded } from '../../components/Loaded.js';
import { Time } from '../../components/Time.js';
import { clock } from '../../words/times.js';
import { cellsOf, remarksOf, type Cell } from './cells.js';
import type { State } from './load.js';
import type { Letter } from './use-moments.js';

/** So many guests of a node are drawn. */
const MOST_CELLS = 120;
const MOST_NODES = 32;

interface Props {
  readonly letter: Letter;
  readonly at: number;
  /** Beside its time: "before", "34 min later". */
  readonly words: string;
  readonly of: Resource<State>;
  /** The state that it is compared with. */
  readonly before: State | undefined;
  readonly onStep: (side: 'before' | 'after') => void;
}

/** The cluster at A or at B. */
export function StateView({ letter, at, words, of, before, onStep }: Props): JSX.Element {
  const state = of.data.value;
  return (
    <section class="cluster-state" aria-label={letter.toUpperCase()}>
      <header>
        <span class="letter">{letter.toUpperCase()}</span>
        <b>
          <Time at={at} as="moment" />
        </b>
        <span class="faint cut">
          {words}
          {state && at - state.at > 90_000 ? `, snapshot of ${clock(state.at)}` : ''}
        </span>
        <button
          type="button"
          class="button plain square"
          title="Previous change"
          onClick={() => onStep('before')}
        >
          <Icon name="left" />
          <span class="aloud">Previous change</span>
        </button>
        <button type="button" class="button plain square" title="Next change" onClick={() => onStep('after')}>
          <Icon name="right" />
          <span class="aloud">Next change</span>
        </button>
      </header>
      <Loaded of={of} failure={`There is no state of the cluster for ${letter.toUpperCase()}.`} rows={2}>
        {(shown) => <Content state={shown} before={before} />}
      </Loaded>
    </section>
  );
}

function Content({ state, before }: { state: State; before: State | undefined }): JSX.Element {
  if (!state.cluster)
    return (
      <div class="plain-state">
        <p class="faint small">This snapshot is no state of a Proxmox cluster.</p>
        <JsonTree value={state.document} label="Snapshot" />
      </div>
    );
  const nodes = cellsOf(state.cluster, before?.cluster);
  return (
    <>
      <ul class="node-cells">
        {nodes.slice(0, MOST_NODES).map(({ name, isUp, running, cells }) => (
          <li key={name}>
            <b class="cut">{name}</b>
            <span
              class={isUp ? 'faint number' : 'severity error'}
              title={`${running} of ${cells.length} running`}
            >
              {isUp ? running : 'down'}
            </span>
            <span class="cells">
              {cells.slice(0, MOST_CELLS).map((cell) => (
                <GuestMark key={cell.vmid} cell={cell} />
              ))}
              {cells.length > MOST_CELLS && <span class="faint small">+{cells.length - MOST_CELLS}</span>}
            </span>
          </li>
        ))}
      </ul>
      {nodes.length > MOST_NODES && <p class="faint small">{nodes.length - MOST_NODES} more nodes</p>}
      <p class="muted small remarks">{remarksOf(state.cluster)}</p>
    </>
  );
}

/** Filled where it runs, hollow where it does not, an arrow where it came from another node. */
function GuestMark({ cell: { shape, words, isOther } }: { cell: Cell }): JSX.Element {
  return (
    <svg
      class={`state-mark ${shape}${isOther ? ' other' : ''}`}
      width="12"
      height="12"
      role="img"
      aria-label={words}
    >
      <title>{words}</title>
      {shape === 'moved' ? (
        <path d="M1 6h9M6.5 2 10.5 6 6.5 10" />
      ) : (
        <rect x="1.5" y="1.5" width="9" height="9" rx="2" />
      )}
    </svg>
  );
}
