/** The page of Swagger UI. Its links are relative, so that it works behind a proxy that adds to the path. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Jarvis memory</title>
  <link rel="icon" type="image/png" sizes="32x32" href="docs/favicon-32x32.png">
  <link rel="stylesheet" href="docs/swagger-ui.css">
  <style>body { margin: 0; background: #fafafa; }</style>
</head>
<body>
  <div id="swagger-ui"></div>
  <script src="docs/swagger-ui-bundle.js"></script>
  <script src="docs/swagger-ui-init.js"></script>
</body>
</html>
`;

/**
 * Runs in the browser. The base layout has no top bar, which would choose among several documents. Swagger UI focuses
 * the last of the two fields of the Authorize dialog, that of the API key; this plugin focuses the token, which a new
 * user has.
 */
export const SCRIPT = `'use strict';
const focusToken = ({ React }) => ({
  wrapComponents: {
    authorizationPopup: (Popup) =>
      class extends React.Component {
        componentDidMount() {
          document.getElementById('auth-bearer-value')?.focus();
        }
        render() {
          return React.createElement(Popup, this.props);
        }
      },
  },
});
SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  plugins: [focusToken],
});
`;
