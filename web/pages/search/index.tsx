import type { JSX } from 'preact';
import { PageHead } from '../../components/PageHead.js';

export default function Search(): JSX.Element {
  return (
    <div class="page">
      <PageHead title="Search" />
    </div>
  );
}
