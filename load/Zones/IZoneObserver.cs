namespace Mesh.Load.Zones;

/// <summary>Is told what simulated zones receive, on their thread.</summary>
internal interface IZoneObserver
{
    /// <summary>Resources of Global came.</summary>
    void Received(int zone, int resources, int bytes);

    /// <summary>Global accepted what the zone sent, or not.</summary>
    void Answered(int zone, bool isAccepted);

    /// <summary>Requests of Global came over the stream on which the zone sends.</summary>
    void Asked(int bytes);

    /// <summary>A stream ended, not by us.</summary>
    void Lost(int zone, string reason);
}
