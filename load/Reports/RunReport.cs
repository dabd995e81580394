using System.Text.Json;
using System.Text.Json.Serialization;
using Mesh.Load.Measuring;
using Mesh.Load.Scenarios;

namespace Mesh.Load.Reports;

/// <summary>A whole run.</summary>
internal sealed record RunReport
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>What was run.</summary>
    public required Scenario Scenario { get; init; }

    /// <summary>Processors of the machine.</summary>
    public int Processors { get; init; } = Environment.ProcessorCount;

    /// <summary>Load average of the machine when it began: what else ran disturbs the figures.</summary>
    public required double LoadAverage { get; init; }

    /// <summary>The kernel's floor of this run; null: not measured.</summary>
    public KernelFloor? Floor { get; init; }

    /// <summary>The servers.</summary>
    public required IReadOnlyList<ServerReport> Servers { get; init; }

    /// <summary>The targets.</summary>
    public required IReadOnlyList<Verdict> Verdicts { get; init; }

    /// <summary>
    /// Whether all is well: the least of each target is met, and each server but the peer was measured, did nothing wrong and delivered everything.
    /// </summary>
    public bool IsGood => Verdicts.All(verdict => verdict.IsMet)
        && Servers.All(server => !Scenario.Judges(server.Name) || server.IsGood && FaultsOf(server).Count == 0);

    /// <summary>What a server did not deliver, or lost; nothing of the peer, which is only compared.</summary>
    public IReadOnlyList<Fault> FaultsOf(ServerReport server) => Scenario.Judges(server.Name) ? Fault.Find(Scenario, server) : [];

    /// <summary>Reads a report that was written.</summary>
    public static RunReport Read(string path) => JsonSerializer.Deserialize<RunReport>(File.ReadAllText(path), _json)
        ?? throw new InvalidDataException($"{path} is no report");

    /// <summary>Writes <c>NAME.json</c> and <c>NAME.html</c> into a folder.</summary>
    public async Task WriteAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, Scenario.Name);
        await File.WriteAllTextAsync(path + ".json", JsonSerializer.Serialize(this, _json), cancellationToken);
        await File.WriteAllTextAsync(path + ".html", HtmlReport.Write(this), cancellationToken);
    }
}
