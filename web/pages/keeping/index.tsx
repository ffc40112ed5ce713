import type { JSX } from 'preact';
import { PageHead } from '../../components/PageHead.js';

export default function Keeping(): JSX.Element {
  return (
    <div class="page">
      <PageHead title="Keeping" />
    </div>
  );
}
