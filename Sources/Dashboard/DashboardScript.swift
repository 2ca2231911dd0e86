extension DashboardAsset {
    static let script = #"""
        "use strict";
        const german = navigator.language.startsWith("de");
        document.documentElement.lang = german ? "de" : "en";
        const say = (english, deutsch) => german ? deutsch : english;
        const byId = id => document.getElementById(id);
        const states = new Map();

        function element(name, text, kind) {
          const made = document.createElement(name);
          if (text !== undefined) made.textContent = text;
          if (kind) made.className = kind;
          return made;
        }
        function row(cells, name = "td") {
          const made = element("tr");
          for (const [text, kind] of cells) {
            const cell = element(name, text, kind);
            if (name === "th") cell.scope = "col";
            made.append(cell);
          }
          return made;
        }
        const of = prefix => [...states].filter(([topic]) => topic.startsWith(prefix))
          .sort(([a], [b]) => a < b ? -1 : 1).map(([, state]) => state);
        const number = value => new Intl.NumberFormat(document.documentElement.lang).format(value);

        const clock = {
          synchronized: [say("clock synchronized", "Uhr gestellt")],
          rtcOnly: [say("clock not confirmed", "Uhr unbestätigt"), "warn"],
          unknown: [say("time not known", "Uhrzeit unbekannt"), "bad"],
        };
        const contact = {
          open: [say("open", "offen"), "warn"], closed: [say("closed", "zu"), "good"],
          unknown: [say("unknown", "unbekannt"), "quiet"],
        };
        const alarm = {
          forced: say("forced open", "aufgebrochen"), heldOpen: say("held open", "zu lange offen"),
          heldOpenWarning: say("open for long", "lange offen"), fault: say("fault", "Störung"),
          relockFailed: say("not locked", "nicht verriegelt"), tamper: say("tamper", "Sabotage"),
        };

        function showHub(hub) {
          if (!hub) return;
          byId("name").textContent = hub.name;
          document.title = hub.name;
          const facts = [[hub.hub + ", " + say("version", "Version") + " " + hub.version],
            clock[hub.clock] || [hub.clock],
            hub.journalHealthy ? [say("disk works", "Speicher in Ordnung")]
              : [say("disk takes no events", "Speicher nimmt nichts an"), "bad"]];
          if (hub.failedDevices.length > 0)
            facts.push([say("failed: ", "gestört: ") + hub.failedDevices.join(", "), "bad"]);
          byId("hub").replaceChildren(...facts.flatMap(([text, kind], index) =>
            index === 0 ? [element("span", text, kind)] : [" · ", element("span", text, kind)]));
        }
        function showSpaces() {
          byId("spaces").replaceChildren(...of("state/space/").map(space => {
            const card = element("article", undefined, "card");
            card.append(element("h3", space.name));
            const count = element("p", number(space.estimate), "count");
            const bounds = space.minimum === space.maximum ? "" :
              " " + number(space.minimum) + "–" + number(space.maximum);
            const most = space.capacity ? " " + say("of", "von") + " " + number(space.capacity) : "";
            count.append(element("small", most + (bounds ? " (" + bounds.trim() + ")" : "")));
            card.append(count);
            if (space.capacity) {
              const meter = element("meter");
              meter.max = space.capacity;
              meter.value = Math.min(space.estimate, space.capacity);
              meter.setAttribute("aria-label", say("people in ", "Personen: ") + space.name);
              card.append(meter);
            }
            const words = [];
            if (space.present !== undefined)
              words.push(space.present ? say("somebody is there", "jemand ist da") : say("nobody seen", "niemand zu sehen"));
            if (space.booked !== undefined)
              words.push(space.booked ? say("booked", "gebucht") : say("not booked", "nicht gebucht"));
            card.append(element("p", words.join(" · "), "quiet"));
            return card;
          }));
        }
        function showDoors() {
          byId("doors").replaceChildren(...of("state/door/").map(door => row([
            [door.name],
            door.released === undefined ? [say("unknown", "unbekannt"), "quiet"]
              : door.released ? [say("released", "freigegeben"), "warn"] : [say("locked", "verriegelt"), "good"],
            contact[door.contact] || [door.contact],
            door.alarms.length === 0 ? ["–", "quiet"]
              : [door.alarms.map(name => alarm[name] || name).join(", "), "bad"],
          ])));
        }
        function showSensors() {
          const units = {temperature: "°C", humidity: "%", co2: "ppm CO₂", pressure: "hPa", energy: "kWh", volume: "l"};
          const known = new Set(["sensor", "space", "available", "present", "entered", "left", "active", "pulses",
            ...Object.keys(units)]);
          byId("sensors").replaceChildren(...of("state/sensor/").map(sensor => {
            const values = [];
            if (sensor.present !== undefined)
              values.push(sensor.present ? say("sees somebody", "sieht jemanden") : say("sees nobody", "sieht niemanden"));
            if (sensor.entered !== undefined)
              values.push(number(sensor.entered) + " " + say("in", "hinein") + ", "
                + number(sensor.left) + " " + say("out", "hinaus"));
            if (sensor.active !== undefined)
              values.push(sensor.active ? say("active", "aktiv") : say("at rest", "in Ruhe"));
            for (const [name, unit] of Object.entries(units))
              if (sensor[name] !== undefined) values.push(number(sensor[name]) + " " + unit);
            for (const [name, value] of Object.entries(sensor))
              if (!known.has(name) && typeof value !== "object")
                values.push(name + " " + (typeof value === "number" ? number(value) : value));
            return row([[sensor.sensor], [sensor.space || "–"],
              sensor.available ? [say("works", "in Ordnung"), "good"] : [say("not available", "gestört"), "bad"],
              [values.join(" · ")]]);
          }));
        }

        byId("spaces-title").textContent = say("Spaces", "Räume");
        byId("doors-title").textContent = say("Doors", "Türen");
        byId("sensors-title").textContent = say("Sensors", "Sensoren");
        byId("doors-head").append(row([[say("Door", "Tür")], [say("Lock", "Schloss")], [say("Contact", "Kontakt")],
          [say("Alarms", "Alarme")]], "th"));
        byId("sensors-head").append(row([[say("Sensor", "Sensor")], [say("Space", "Raum")], [say("State", "Zustand")],
          [say("Reading", "Wert")]], "th"));

        let isDue = false;
        function show() {
          isDue = false;
          showHub(states.get("status"));
          showSpaces();
          showDoors();
          showSensors();
        }
        // Until the hub has said something there is nothing to show, and the page says so; what it said last stays when it is
        // silent, and the page says that, too.
        const notice = byId("connection");
        const main = byId("main");
        const tell = (text, kind) => {
          notice.textContent = text;
          notice.className = "notice " + kind;
          notice.hidden = false;
          main.classList.toggle("old", kind === "lost");
        };
        const connecting = () => tell(say("Connecting to the hub …", "Verbindung zum Hub wird aufgebaut …"), "waits");
        const source = new EventSource("/live");
        connecting();
        source.onopen = () => { states.clear(); connecting(); };
        source.onerror = () => {
          const again = source.readyState === EventSource.CLOSED
            ? say("Reload the page to try again.", "Zum erneuten Versuch die Seite neu laden.")
            : say("Trying again.", "Neuer Versuch läuft.");
          const old = main.hidden ? "" : say("What is shown may be old. ", "Die Anzeige kann veraltet sein. ");
          tell(say("No connection to the hub. ", "Keine Verbindung zum Hub. ") + old + again, "lost");
        };
        source.onmessage = message => {
          notice.hidden = true;
          main.hidden = false;
          main.classList.remove("old");
          const { topic, state } = JSON.parse(message.data);
          if (state === null) states.delete(topic); else states.set(topic, state);
          if (!isDue) { isDue = true; requestAnimationFrame(show); }
        };

        """#
}
