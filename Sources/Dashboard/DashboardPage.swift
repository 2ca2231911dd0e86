// The page. Its texts are in the script, in both languages; without a script there is nothing live to see.
extension DashboardAsset {
    static let page = #"""
        <!doctype html>
        <html lang="de">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>RegioHub</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="/dashboard.css">
        <script src="/dashboard.js" defer></script>
        </head>
        <body>
        <header>
          <h1 id="name">RegioHub</h1>
          <p id="hub" class="facts"></p>
        </header>
        <p id="connection" class="notice" role="status" hidden></p>
        <noscript><p class="notice">Diese Seite braucht JavaScript. This page needs JavaScript.</p></noscript>
        <main id="main" hidden>
          <section aria-labelledby="spaces-title">
            <h2 id="spaces-title"></h2>
            <div id="spaces" class="cards"></div>
          </section>
          <section aria-labelledby="doors-title">
            <h2 id="doors-title"></h2>
            <div class="scroll"><table><thead id="doors-head"></thead><tbody id="doors"></tbody></table></div>
          </section>
          <section aria-labelledby="sensors-title">
            <h2 id="sensors-title"></h2>
            <div class="scroll"><table><thead id="sensors-head"></thead><tbody id="sensors"></tbody></table></div>
          </section>
        </main>
        </body>
        </html>

        """#
}
