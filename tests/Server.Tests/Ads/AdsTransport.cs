namespace Mesh.Server.Tests.Ads;

/// <summary>What carries the streams of a server under test: every rule holds on both.</summary>
public enum AdsTransport
{
    Kestrel,
    Sockets,
}
