import type { JSX } from 'preact';
import { PageHead } from '../../components/PageHead.js';

export default function TimeMachine(): JSX.Element {
  return (
    <div class="page">
      <PageHead title="TimeMachine" />
    </div>
  );
}
