import type { JSX } from 'preact';
import { PageHead } from '../../components/PageHead.js';

export default function Now(): JSX.Element {
  return (
    <div class="page">
      <PageHead title="Now" />
    </div>
  );
}
