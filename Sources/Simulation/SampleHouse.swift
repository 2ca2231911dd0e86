/// The house that is simulated where no configuration file is named: an entrance, a coworking space with a presence
/// sensor and a counter, a meeting room with a door and a presence sensor of its own.
public let sampleHouse = """
    [hub]
    id = "sim-1"
    name = "Simulated RegioHub"
    district = "mayen-koblenz"

    [gpio]
    backend = "simulated"

    [mqtt]
    host = "localhost"

    [journal]
    queue_limit = 400

    [[door]]
    id = "eingang"
    name = "Eingang"
    lock = { line = "GPIO17" }
    contact = { line = "GPIO27" }
    exit_button = { line = "GPIO22" }
    reader = { data0 = "GPIO5", data1 = "GPIO6" }

    [[door]]
    id = "besprechung"
    name = "Besprechung"
    release_time = "4s"
    lock = { line = "GPIO18", released_when = "low" }
    contact = { line = "GPIO12" }
    exit_button = { line = "GPIO13" }
    reader = { data0 = "GPIO19", data1 = "GPIO26" }

    [[space]]
    id = "coworking"
    name = "Coworking"
    module = "coworking"
    capacity = 12
    doors = ["eingang"]

    [[space]]
    id = "besprechung"
    name = "Besprechung"
    module = "meeting"
    capacity = 6
    doors = ["eingang", "besprechung"]

    [[sensor]]
    id = "coworking-pir"
    space = "coworking"
    kind = "presence"
    motion = { line = "GPIO23" }

    [[sensor]]
    id = "coworking-zaehler"
    space = "coworking"
    kind = "beam-counter"
    outer = { line = "GPIO24" }
    inner = { line = "GPIO25" }

    [[sensor]]
    id = "besprechung-pir"
    space = "besprechung"
    kind = "presence"
    motion = { line = "GPIO16" }
    """
