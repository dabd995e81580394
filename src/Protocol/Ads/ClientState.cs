using System.Runtime.InteropServices;
using Mesh.Engine.Content;

namespace Mesh.Protocol.Ads;

/// <summary>What a client is believed to have of one name, where that differs from the slice it was sent, and what is owed to it.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct ClientState
{
    /// <summary>Version it has; none: see <see cref="Unknown"/>.</summary>
    public VersionId Held;

    /// <summary>Version it rejected; not sent again.</summary>
    public VersionId Rejected;

    /// <summary>It may have any version or none.</summary>
    public bool Unknown;

    /// <summary>It asked and must be answered, even with what it has.</summary>
    public bool Forced;

    /// <summary>It asked by name in its first request: silence is an answer only when it has the current version.</summary>
    public bool Asked;

    /// <summary>It asked for more names than are tracked, or for an impossible one: answered as missing and forgotten.</summary>
    public bool Refused;

    /// <summary>Part of a rejected response that is sent again by itself; 0: none.</summary>
    public int Group;

    /// <summary>Whether it may have something.</summary>
    public readonly bool MayHave => Unknown || Held != VersionId.None;
}
