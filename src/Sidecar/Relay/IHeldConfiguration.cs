using Mesh.Protocol.Relay;

namespace Mesh.Sidecar.Relay;

/// <summary>Where the relay finds and leaves what Envoy has accepted.</summary>
internal interface IHeldConfiguration
{
    /// <summary>What was accepted last as a whole; empty when there is nothing.</summary>
    HeldConfiguration Current { get; }

    /// <summary>Envoy has accepted something: this is all that it holds now.</summary>
    void Accepted(HeldConfiguration configuration);
}
