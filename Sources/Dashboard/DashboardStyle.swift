extension DashboardAsset {
    static let style = #"""
        :root {
          color-scheme: light dark;
          --ground: light-dark(#f6f7f4, #14171a); --card: light-dark(#ffffff, #1e2327);
          --text: light-dark(#1b1f23, #e8eaec); --quiet: light-dark(#55606b, #9aa6b2);
          --line: light-dark(#d9dedb, #343b41); --good: light-dark(#1f7a4d, #63c793);
          --warn: light-dark(#8f5a00, #f0b455); --bad: light-dark(#b3261e, #ff8a80);
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; background: var(--ground); color: var(--text);
          font: 1rem/1.5 system-ui, sans-serif; }
        h1 { margin: 0; font-size: 1.6rem; }
        h2 { margin: 2rem 0 .75rem; font-size: 1.1rem; }
        .facts { margin: .25rem 0 0; color: var(--quiet); }
        .notice { padding: .75rem 1rem; border: 2px solid var(--bad); border-radius: .5rem; color: var(--bad);
          font-weight: 600; }
        .notice.waits { border-color: var(--line); color: inherit; }
        main.old { opacity: .7; }
        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: 1rem; }
        .card { padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
        .card h3 { margin: 0; font-size: 1rem; }
        .count { margin: .25rem 0; font-size: 2rem; font-variant-numeric: tabular-nums; line-height: 1.2; }
        .count small { font-size: 1rem; color: var(--quiet); }
        meter { width: 100%; height: .75rem; }
        .card p { margin: .25rem 0 0; }
        .scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
        table { width: 100%; border-collapse: collapse; }
        th, td { padding: .5rem 1rem; text-align: left; white-space: nowrap; }
        th { color: var(--quiet); font-size: .875rem; font-weight: 600; }
        tbody tr { border-top: 1px solid var(--line); }
        .good { color: var(--good); } .warn { color: var(--warn); font-weight: 600; }
        .bad { color: var(--bad); font-weight: 700; } .quiet { color: var(--quiet); }

        """#
}
