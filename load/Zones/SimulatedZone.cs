using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Load.Responses;
using Mesh.Policies.Core;
using Mesh.Protocol.Kds;
using Mesh.Sync.Rules;

namespace Mesh.Load.Zones;

/// <summary>A zone without proxies and without a store: what it sends, and names and versions of what it got.</summary>
internal sealed class SimulatedZone(int number, ZoneResources resources, NameTable names)
{
    private readonly Dictionary<string, ZoneHoldings> _held = new(StringComparer.Ordinal);

    /// <summary>Limits, as zones have them.</summary>
    public static KdsOptions Options { get; } = new() { NodeOnce = true };

    /// <summary>Types that zones ask for.</summary>
    public static IReadOnlyList<string> ReceivedTypes { get; } =
        [.. SyncKinds.Of(MeshCatalog.Create(), SyncDirection.GlobalToZone).Select(kind => kind.Kind)];

    /// <summary>Number of types that Global asks for.</summary>
    public static int SentTypes { get; } = SyncKinds.Of(MeshCatalog.Create(), SyncDirection.ZoneToGlobal).Count;

    /// <summary>What the zone says of itself: that it is one of ours.</summary>
    public static byte[] Node { get; } = new Struct { Fields = { ["store-id"] = Value.ForString("simulated") } }.ToByteArray();

    /// <summary>Its number.</summary>
    public int Number => number;

    /// <summary>Its name.</summary>
    public string Name { get; } = NameOf(number);

    /// <summary>What it sends.</summary>
    public ZoneResources Resources => resources;

    /// <summary>Name of a zone by number.</summary>
    public static string NameOf(int number) => $"zone-{number}";

    /// <summary>What it has of a type.</summary>
    public ZoneHoldings Held(string type)
    {
        if (!_held.TryGetValue(type, out var held))
        {
            _held.Add(type, held = new ZoneHoldings(names));
        }

        return held;
    }
}
