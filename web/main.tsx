import { render } from 'preact';
import './styles/tokens.css';
import './styles/base.css';
import { App } from './shell/App.js';

render(<App />, document.body);
