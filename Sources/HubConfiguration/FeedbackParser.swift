internal import HubMessages

extension HubConfiguration {
    /// What readers tell where nothing else is configured.
    static let usualFeedback: [FeedbackSignal: [FeedbackStep]] = [
        .granted: [
            FeedbackStep(led: true, buzzer: true, .milliseconds(150)), FeedbackStep(led: true, .milliseconds(1_850)),
        ],
        .denied: [
            FeedbackStep(buzzer: true, .milliseconds(100)), FeedbackStep(.milliseconds(100)),
            FeedbackStep(buzzer: true, .milliseconds(100)), FeedbackStep(.milliseconds(100)),
            FeedbackStep(buzzer: true, .milliseconds(100)),
        ],
        .lockedOut: [FeedbackStep(buzzer: true, .milliseconds(1_500))],
        .keepTrying: [
            FeedbackStep(led: true, .milliseconds(200)), FeedbackStep(.milliseconds(200)),
            FeedbackStep(led: true, .milliseconds(200)), FeedbackStep(.milliseconds(200)),
            FeedbackStep(led: true, .milliseconds(200)),
        ],
        .heldOpen: [FeedbackStep(buzzer: true, .milliseconds(300)), FeedbackStep(.milliseconds(1_700))],
    ]

    static func parseFeedback(
        _ reader: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> [FeedbackSignal: [FeedbackStep]] {
        var patterns = usualFeedback
        guard var table = reader.table("feedback", name: "[feedback]", &mistakes) else { return patterns }
        for signal in FeedbackSignal.allCases {
            let key = signal.rawValue.replacing("-", with: "_")
            guard let node = table.node(key) else { continue }
            let expected =
                "a list of at most 16 steps such as [\"led+buzzer 100ms\", \"off 100ms\"], each 10ms to 10s"
            guard case .array(let elements) = node.value, elements.count <= 16 else {
                mistakes.append(
                    ConfigurationMistake(at: node.position, "'\(key)' is \(node.value.kind); expected \(expected)"))
                continue
            }
            patterns[signal] = elements.compactMap { element in
                if case .string(let text) = element.value, let step = FeedbackStep(text) { return step }
                mistakes.append(
                    ConfigurationMistake(at: element.position, "'\(key)' holds no step; expected \(expected)"))
                return nil
            }
        }
        table.finish(&mistakes)
        return patterns
    }
}

extension FeedbackStep {
    /// Reads `led 500ms`, `buzzer 100ms`, `led+buzzer 100ms`, `off 1s`.
    init?(_ text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let duration = DurationText.parse(String(parts[1])),
            (Duration.milliseconds(10)...Duration.seconds(10)).contains(duration)
        else { return nil }
        switch parts[0] {
        case "led": self.init(led: true, duration)
        case "buzzer": self.init(buzzer: true, duration)
        case "led+buzzer": self.init(led: true, buzzer: true, duration)
        case "off": self.init(duration)
        case _: return nil
        }
    }
}
