using Mesh.Load.Responses;

namespace Mesh.Load.Envoys;

/// <summary>What an Envoy has of one type: of a type asked for by name, also the names that it waits for.</summary>
internal sealed class HeldType(XdsKind kind)
{
    /// <summary>Bit of an entry whose cluster changed: its load assignment must come again.</summary>
    public const int Due = 1 << 30;

    /// <summary>
    /// Bit of an entry that may come again unchanged: what refers to it changed, and Envoy keys some subscriptions by the
    /// bytes of the reference, so a careful server sends it once more.
    /// </summary>
    public const int Repeatable = 1 << 29;

    /// <summary>Names to numbers of facts; 0: asked for and not answered.</summary>
    public NumberMap Entries;

    /// <summary>The type.</summary>
    public XdsKind Kind => kind;

    /// <summary>Whether the server has answered once.</summary>
    public bool WasAnswered { get; set; }

    /// <summary>Entries that wait for the server.</summary>
    public int Unresolved { get; set; }

    /// <summary>Last accepted version of the type, in the state of the world.</summary>
    public byte[] Version { get; set; } = [];

    /// <summary>The fact of an entry.</summary>
    public static int FactOf(int entry) => entry & ~(Due | Repeatable);

    /// <summary>Whether an entry waits.</summary>
    public static bool IsUnresolved(int entry) => entry == 0 || (entry & Due) != 0;
}
