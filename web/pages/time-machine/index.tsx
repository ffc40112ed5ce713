import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { ROOT } from '../../api/client.js';
import { Empty } from '../../components/Empty.js';
import { PageHead } from '../../components/PageHead.js';
import { ProblemBox } from '../../components/ProblemBox.js';
import { useShortcut } from '../../state/shortcuts.js';
import { length } from '../../words/times.js';
import { Comparison } from './Comparison.js';
import { Head } from './Head.js';
import { Keyline } from './Keyline.js';
import { Lens } from './Lens.js';
import { Overview } from './Overview.js';
import { StateView } from './StateView.js';
import type { Letter } from './use-moments.js';
import { useLens, useTimeMachine, type TimeMachineData } from './use-time-machine.js';
import './time-machine.css';

const COMMAND = `curl -X POST ${ROOT}/api/memory/snapshots \\
  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
  -d '{"snapshot": {"nodes": [{"node": "pve1", "status": "online"}]}}'`;

/** What was different between two minutes. */
export default function TimeMachine(): JSX.Element {
  const data = useTimeMachine();
  if (data.stored === 0)
    return (
      <div class="page">
        <PageHead title="Time machine" />
        <Empty title="No snapshot of the cluster is stored." command={COMMAND}>
          With snapshots, this page shows what was different between any two minutes. Send the first one:
        </Empty>
      </div>
    );
  return (
    <div class="page time-machine">
      <Sliders of={data} />
      <States of={data} />
    </div>
  );
}

function Sliders({ of: { moments, shown, ticks, step } }: { of: TimeMachineData }): JSX.Element {
  const [active, setActive] = useState<Letter>('b');
  const [lens, setLens] = useLens(moments, shown);
  useShortcut('B', 'Swap A and B', moments.swap);
  const of = ticks.data.value;
  const problem = ticks.problem.value;
  return (
    <>
      <Head of={of} shown={shown} a={moments.a} active={active} onStep={step} onSwap={moments.swap} />
      {problem && !of && (
        <ProblemBox
          what="The changes of the range could not be read."
          problem={problem}
          retry={ticks.reload}
        />
      )}
      <Overview span={shown} lens={lens} of={of} onLens={setLens} />
      <Lens lens={lens} of={of} moments={moments} active={active} onActive={setActive} />
      <Keyline />
    </>
  );
}

/** The earlier of the two stands on the left, whichever letter it has. */
function States({ of: { moments, ticks, states, stored, step } }: { of: TimeMachineData }): JSX.Element {
  const { a, b } = moments;
  const [first, second]: [Letter, Letter] = a <= b ? ['a', 'b'] : ['b', 'a'];
  const [before, after] = [states[first].data.value, states[second].data.value];
  const hasProblem = states.a.problem.value !== undefined || states.b.problem.value !== undefined;
  return (
    <>
      <div class="states">
        {[first, second].map((letter, index) => (
          <StateView
            key={letter}
            letter={letter}
            at={moments[letter]}
            words={index === 0 ? 'before' : `${length(Math.abs(b - a))} later`}
            of={states[letter]}
            before={index === 0 ? undefined : before}
            onStep={(side) => {
              step(letter, side);
            }}
          />
        ))}
      </div>
      {before && after && before.at <= after.at && !hasProblem && (
        <Comparison
          before={before}
          after={after}
          letters={[first.toUpperCase(), second.toUpperCase()]}
          ticks={ticks.data.value?.ticks ?? []}
          stored={stored ?? 2}
        />
      )}
    </>
  );
}
