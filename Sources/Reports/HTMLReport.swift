internal import HubMessages

extension UseReport {
    /// One self-contained page: no script, nothing from elsewhere, headings and tables for whoever cannot see the plots, and
    /// a form of its own on paper.
    public func html(_ language: ReportLanguage) -> String {
        let title = Markup.escaped(language.title(self))
        let sections = spaces.enumerated().map { index, space in section(space, language, id: "s\(index)") }
        let empty = language("Nothing was recorded in this time.", "In dieser Zeit ist nichts aufgezeichnet.")
        return """
            <!DOCTYPE html>
            <html lang="\(language.tag)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title)</title>
            <style>
            body { font: 1rem/1.5 system-ui, sans-serif; color: #111; background: #fff; max-width: 52rem; margin: 2rem auto; padding: 0 1rem }
            h1 { font-size: 1.6rem } h2 { font-size: 1.25rem; margin-top: 2.5rem }
            table { border-collapse: collapse; margin: 1rem 0; width: 100% }
            caption { text-align: left; font-weight: bold; padding: .3rem 0 }
            th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #bbb; vertical-align: top }
            td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
            svg { width: 100%; height: auto }
            meter { width: 8rem; print-color-adjust: exact; -webkit-print-color-adjust: exact }
            meter::-webkit-meter-optimum-value { background: #2166ac } meter::-moz-meter-bar { background: #2166ac }
            .wide { overflow-x: auto } .wide th, .wide td { padding: .3rem .2rem; font-size: .8rem }
            .wide caption { font-size: 1rem }
            details { margin: 1rem 0 } summary { cursor: pointer }
            footer { margin-top: 3rem; font-size: .9rem }
            @media print { body { margin: 0; max-width: none; font-size: 10pt } h2 { margin-top: 1rem } section { break-inside: avoid } details { display: none } }
            </style>
            </head>
            <body>
            <main>
            <h1>\(title)</h1>
            \(sections.isEmpty ? "<p>\(empty)</p>" : sections.joined(separator: "\n"))
            </main>
            <footer><p>\(Markup.escaped(language(
                "In use: somebody was there by count or by presence. A no-show is a booking with nobody there within its grace. Definitions: docs/utilization.md of RegioHub.",
                "Genutzt: jemand war da, gezählt oder bemerkt. Nicht erschienen: Buchung, in deren Wartezeit niemand da war. Definitionen: docs/utilization.md von RegioHub."
            )))</p></footer>
            </body>
            </html>

            """
    }

    private func section(_ space: SpaceReport, _ language: ReportLanguage, id: String) -> String {
        let rows = language.figures(space).map { figure in
            let meter = figure.share.map { share in
                "<meter aria-label=\"\(Markup.escaped(figure.name))\" min=\"0\" max=\"1\" value=\"\(ReportLanguage.english.number(share, 3))\">\(language.percent(share))</meter> "
                    + language.percent(share)
            }
            return "<tr><th scope=\"row\">\(Markup.escaped(figure.name))</th><td>\(Markup.escaped(figure.value))</td>"
                + "<td>\(meter ?? "")</td></tr>"
        }
        let name = Markup.escaped(space.space.name)
        return """
            <section aria-labelledby="\(id)">
            <h2 id="\(id)">\(name) <small>(\(Markup.escaped(language.word(space.module))))</small></h2>
            <table>
            <caption>\(language("Key figures", "Kennzahlen"))</caption>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody>
            </table>
            \(SpacePlot(space, language, id: "\(id)p").document)
            <details><summary>\(language("The same as tables", "Dasselbe als Tabellen"))</summary>
            \(week(space, language))
            \(days(space, language))
            </details>
            </section>
            """
    }

    private func week(_ space: SpaceReport, _ language: ReportLanguage) -> String {
        let head = (0..<24).map { "<th scope=\"col\" class=\"n\">\($0)</th>" }.joined()
        let rows = space.week.enumerated().map { weekday, hours in
            "<tr><th scope=\"row\">\(language.weekdays[weekday])</th>"
                + hours.map { "<td class=\"n\">\($0.share.map { language.number($0 * 100, 0) } ?? "–")</td>" }.joined()
                + "</tr>"
        }
        return """
            <div class="wide"><table>
            <caption>\(language("Per cent of the time in use, by weekday and hour", "Prozent genutzter Zeit nach Wochentag und Stunde"))</caption>
            <thead><tr><td></td>\(head)</tr></thead>
            <tbody>\(rows.joined(separator: "\n"))</tbody>
            </table></div>
            """
    }

    private func days(_ space: SpaceReport, _ language: ReportLanguage) -> String {
        let names = [
            language("booked", "gebucht"), language("used", "genutzt"), language("peak", "Höchstbelegung"),
            language("no-shows", "nicht erschienen"),
        ]
        let rows = space.days.map { day in
            "<tr><th scope=\"row\">\(language.date(day.date))</th>"
                + [
                    language.hours(day.use.booked), language.hours(day.use.used), "\(day.use.peak)",
                    "\(day.use.noShows)",
                ].map { "<td class=\"n\">\($0)</td>" }.joined() + "</tr>"
        }
        return """
            <table>
            <caption>\(language("Days", "Tage"))</caption>
            <thead><tr><th scope="col">\(language("day", "Tag"))</th>\(names.map { "<th scope=\"col\" class=\"n\">\($0)</th>" }.joined())</tr></thead>
            <tbody>\(rows.joined(separator: "\n"))</tbody>
            </table>
            """
    }
}
