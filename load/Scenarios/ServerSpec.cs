namespace Mesh.Load.Scenarios;

/// <summary>A server of a scenario.</summary>
internal sealed record ServerSpec
{
    /// <summary>What it is.</summary>
    public required ServerKind Kind { get; init; }

    /// <summary>Name in reports; empty: its kind.</summary>
    public string Name { get; init; } = "";

    /// <summary>Of <c>mesh</c> and <c>global</c>: the program; empty: the one that was built with this program, which is not compiled ahead of time.</summary>
    public string Program { get; init; } = "";

    /// <summary>Of <c>mesh</c>: settings in place of its defaults, PATH=VALUE.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Of the peer: <c>linear</c> (default) or <c>snapshot</c>.</summary>
    public string Cache { get; init; } = "linear";

    /// <summary>Of a server that runs: HOST:PORT.</summary>
    public string Address { get; init; } = "";

    /// <summary>Of a server that runs: node id, <c>{i}</c> is the Envoy's number.</summary>
    public string NodeId { get; init; } = "default.proxy-{i}";

    /// <summary>Of a server that runs here: its process, to be watched; 0: not.</summary>
    public int Pid { get; init; }

    /// <summary>Name in reports.</summary>
    public string Label => Name.Length > 0 ? Name : Kind.ToString().ToLowerInvariant();
}
