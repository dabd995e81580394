using System.Text.Json.Serialization;

namespace Mesh.Load.Scenarios;

/// <summary>A step of a scenario.</summary>
internal sealed record StepSpec
{
    /// <summary>What it does.</summary>
    [JsonPropertyName("do")]
    public required StepKind Do { get; init; }

    /// <summary>Name in targets and reports; empty: what it does.</summary>
    public string Name { get; init; } = "";

    /// <summary>What changes: <c>eds</c>, <c>cds</c>, <c>lds</c>, <c>rds</c>; in a whole mesh <c>eds</c>, <c>policy</c> or <c>same</c> (a policy that is there is written again);
    /// among zones <c>policy</c> (in Global), <c>service</c> (unavailable in one zone, and back) or <c>dataplane</c> (of one zone).</summary>
    public string Kind { get; init; } = "eds";

    /// <summary>How many proxies a change is for, or zones a reconnect; 0: all.</summary>
    public int Count { get; init; }

    /// <summary>How often something changes.</summary>
    public int Rounds { get; init; } = 20;

    /// <summary>Rounds before that are not counted: code and pools warm up.</summary>
    public int WarmUp { get; init; } = 3;

    /// <summary>How long a rest, churn or soak takes.</summary>
    public int Seconds { get; init; } = 10;

    /// <summary>Changes per second of a churn.</summary>
    public int Rate { get; init; } = 1000;

    /// <summary>What a churn changes. Default <c>endpoints</c>.</summary>
    public ChurnModel Model { get; init; }

    /// <summary>Share of the measured capacity at which a soak pushes, percent.</summary>
    public int Share { get; init; } = 70;

    /// <summary>One of so many connections stalls; 0: all read again.</summary>
    public int OneOf { get; init; }

    /// <summary>Longest wait of a round or connect, in seconds.</summary>
    public int Patience { get; init; } = 60;

    /// <summary>Whether no proxy is to receive anything.</summary>
    public bool ExpectsNothing => Do == StepKind.Change && Kind == "same";

    /// <summary>Name in targets and reports.</summary>
    public string Label => Name.Length > 0 ? Name : Do.ToString().ToLowerInvariant();
}
