import type { JSX } from 'preact';
import { PageHead } from '../../components/PageHead.js';

export default function Events(): JSX.Element {
  return (
    <div class="page">
      <PageHead title="Events" />
    </div>
  );
}
