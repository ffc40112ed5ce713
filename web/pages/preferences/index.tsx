import type { JSX } from 'preact';
import { PageHead } from '../../components/PageHead.js';

export default function Preferences(): JSX.Element {
  return (
    <div class="page">
      <PageHead title="Preferences" />
    </div>
  );
}
