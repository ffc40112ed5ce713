import type { JSX } from 'preact';
import { PageHead } from '../../components/PageHead.js';

export default function Timeline(): JSX.Element {
  return (
    <div class="page">
      <PageHead title="Timeline" />
    </div>
  );
}
