import type { JSX } from 'preact';
import { useResource } from '../api/resource.js';
import { Loaded } from '../components/Loaded.js';
import { page, type Page } from '../state/address.js';
import { codeOf } from './page-code.js';
import { Rail } from './Rail.js';
import { ShortcutList } from './ShortcutList.js';
import { Strip } from './Strip.js';
import { ToastArea } from './ToastArea.js';
import { TopBar } from './TopBar.js';
import './shell.css';

/** Rail, top bar, and the page that is open. */
export function Shell(): JSX.Element {
  return (
    <div class="shell" data-page={page.value}>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Rail />
      <TopBar />
      <main id="main" tabIndex={-1}>
        <Strip />
        <OpenPage key={page.value} name={page.value} />
      </main>
      <ToastArea />
      <ShortcutList />
    </div>
  );
}

function OpenPage({ name }: { name: Page }): JSX.Element {
  const code = useResource(() => codeOf(name), [name]);
  const Content = code.data.value;
  if (Content) return <Content />;
  return (
    <div class="page">
      <Loaded of={code} failure="This page could not be loaded.">
        {() => null}
      </Loaded>
    </div>
  );
}
