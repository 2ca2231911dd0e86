internal import HubConfiguration
internal import Journal

extension JournalConfiguration {
    /// The journal's part of a configuration.
    ///
    /// The writer's queue takes all that may wait for the disk: the limit, the reserve of a tenth for doors and alarms,
    /// and one loss event per type of event.
    init(_ settings: JournalSettings) {
        self.init(directory: settings.directory)
        keepAcknowledged = settings.keepAcknowledged
        rowQueueCapacity = settings.queueLimit + settings.queueLimit / 10 + 64
    }
}

extension HubConfiguration {
    /// Takes over from `old` what only a start can change. Returns the settings that differed.
    mutating func keepWhatNeedsRestart(of old: HubConfiguration) -> [String] {
        var kept: [String] = []
        func keep<Value: Equatable>(_ name: String, _ path: WritableKeyPath<HubConfiguration, Value>) {
            guard self[keyPath: path] != old[keyPath: path] else { return }
            self[keyPath: path] = old[keyPath: path]
            kept.append(name)
        }
        // The default topics and client identifier follow from the id.
        if hub != old.hub { mqtt = old.mqtt }
        keep("hub.id", \.hub)
        keep("hub.time_zone", \.timeZone)
        keep("gpio.backend", \.gpio)
        keep("simulation", \.simulation)
        keep("journal", \.journal)
        keep("access.key_file", \.access.keyFile)
        keep("control.socket", \.control.socket)
        keep("dashboard", \.dashboard)
        return kept
    }
}
