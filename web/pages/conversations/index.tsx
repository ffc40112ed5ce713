import type { JSX } from 'preact';
import { PageHead } from '../../components/PageHead.js';

export default function Conversations(): JSX.Element {
  return (
    <div class="page">
      <PageHead title="Conversations" />
    </div>
  );
}
