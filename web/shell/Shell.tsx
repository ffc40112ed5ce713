import { useEffect, useState } from 'preact/hooks';
import type { ComponentType, JSX } from 'preact';
import { asProblem, type Problem } from '../api/problems.js';
import { ProblemBox } from '../components/ProblemBox.js';
import { Skeleton } from '../components/Skeleton.js';
import { page, type Page } from '../state/address.js';
import { PAGE_ENTRIES } from './pages.js';
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
  const [Content, setContent] = useState<ComponentType | undefined>(undefined);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  useEffect(() => {
    PAGE_ENTRIES[name].load().then(
      ({ default: loaded }) => {
        setContent(() => loaded);
      },
      (error: unknown) => {
        setProblem(asProblem(error));
      },
    );
  }, [name]);
  if (Content) return <Content />;
  const reload = (): void => {
    location.reload();
  };
  return (
    <div class="page">
      {problem ? (
        <ProblemBox what="This page could not be loaded." problem={problem} retry={reload} />
      ) : (
        <Skeleton />
      )}
    </div>
  );
}
