package android.net

import java.net.URL
import java.net.URLConnection

class Uri

class Network {
  fun openConnection(url: URL): URLConnection = url.openConnection()
}

class NetworkCapabilities {
  fun hasCapability(capability: Int) = capability == NET_CAPABILITY_INTERNET

  companion object {
    const val NET_CAPABILITY_NOT_METERED = 11
    const val NET_CAPABILITY_INTERNET = 12
    const val NET_CAPABILITY_NOT_VPN = 15
  }
}

class NetworkRequest {
  class Builder {
    private val capabilities = mutableSetOf<Int>()

    fun addCapability(capability: Int) = apply { capabilities.add(capability) }
    fun removeCapability(capability: Int) = apply { capabilities.remove(capability) }
    fun build() = NetworkRequest()
  }
}
